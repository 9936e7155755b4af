import type { DeviceClock } from './device-clock.ts';
import type { Hold } from './scan.ts';

/** Milliseconds until a scan that is held is tried again, by itself: at first, and after many attempts. */
const FIRST_MS = 30_000;
const LONGEST_MS = 15 * 60_000;

/** Scans that do not go up with the others, since the server fails on them or answers what this app does not know. */
export type HeldScans = {
  /** Holds a scan, or holds it again, for twice as long. */
  hold(transactionId: string, why: Hold): void;
  why(transactionId: string): Hold | undefined;
  /** Whether it may be tried again. */
  isDue(transactionId: string): boolean;
  /** All that are held go before the others, each once. */
  putFirst(): void;
  isFirst(transactionId: string): boolean;
  release(transactionId: string): void;
  releaseAll(): void;
  count(): number;
};

type Held = {
  readonly why: Hold;
  readonly waitMs: number;
  readonly run: string;
  readonly since: number;
  readonly isFirst?: true;
};

/** They are kept in mind only: whoever starts the app again tries them again. */
export function heldScans(clock: DeviceClock): HeldScans {
  const held = new Map<string, Held>();
  return {
    hold(id, why) {
      const { run, milliseconds } = clock.read();
      const waitMs = Math.min(2 * (held.get(id)?.waitMs ?? FIRST_MS / 2), LONGEST_MS);
      held.set(id, { why, waitMs, run, since: milliseconds });
    },
    why: (id) => held.get(id)?.why,
    isDue(id) {
      const one = held.get(id);
      const { run, milliseconds } = clock.read();
      return one === undefined || one.run !== run || milliseconds - one.since >= one.waitMs;
    },
    putFirst() {
      for (const [id, one] of held) held.set(id, { ...one, isFirst: true });
    },
    isFirst: (id) => held.get(id)?.isFirst === true,
    release: (id) => held.delete(id),
    releaseAll: () => held.clear(),
    count: () => held.size,
  };
}
