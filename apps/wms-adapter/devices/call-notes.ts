import { MAX_CLOCK_OFFSET_MS } from '../../../shared/domain/scan-time.ts';
import type { DeviceRegistry } from './device-registry.ts';
import { putLatest } from './latest-entries.ts';

/** A device's calls are noted once in so many milliseconds. */
const NOTE_EVERY_MS = 60_000;
/** After one that failed nothing is noted for so many milliseconds: on a file that another process keeps locked each would wait. */
const REST_MS = 5_000;
/** So many devices are remembered; a forgotten one is noted once more than needed. */
const MAX_REMEMBERED = 10_000;

/** Notes that a device called, and by how many milliseconds its clock is ahead, if it told. Never fails, and nobody waits for it. */
export type NoteCall = (scannerId: string, at: Date, clockOffsetMs: number | undefined) => void;

/**
 * Writes down when a device called last and how far its clock is off: once a minute, and at once when the offset passes 5 minutes in
 * either direction, so that the list of devices is right without a write for each call.
 *
 * @param registry tells its failures itself
 */
export function createCallNotes(registry: Pick<DeviceRegistry, 'noteCall'>): NoteCall {
  const noted = new Map<string, { at: number; isOff: boolean }>();
  let restUntil = 0;
  return (scannerId, at, clockOffsetMs) => {
    if (at.getTime() < restUntil) return;
    const last = noted.get(scannerId);
    const isOff =
      clockOffsetMs === undefined ? (last?.isOff ?? false) : Math.abs(clockOffsetMs) > MAX_CLOCK_OFFSET_MS;
    if (last !== undefined && isOff === last.isOff && at.getTime() - last.at < NOTE_EVERY_MS) return;
    putLatest(noted, scannerId, { at: at.getTime(), isOff }, MAX_REMEMBERED);
    registry.noteCall(scannerId, at, clockOffsetMs).catch(() => {
      // A call after the rest tries again.
      noted.delete(scannerId);
      restUntil = at.getTime() + REST_MS;
    });
  };
}
