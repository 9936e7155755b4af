import type { ScanInput } from '../../../apps/scanner/core/scan.ts';
import type { CountBegun } from '../../../apps/scanner/core/scanner-device.ts';
import { LOCK_DURATION_MS } from '../../../apps/wms-adapter/locks/location-lock.ts';
import type { Runtime } from '../../../shared/ports/runtime.ts';
import type { Chance } from '../chance.ts';
import type { Shelf, WarehouseId } from '../layout.ts';
import type { Tally } from '../tally.ts';
import type { World } from '../world.ts';
import type { Handheld } from './handheld.ts';
import type { Supply } from './scans.ts';

export type CountParts = {
  readonly world: World;
  readonly chance: Chance;
  readonly tally: Tally;
  /** Of the person. */
  readonly runtime: Runtime;
  readonly handheld: Handheld;
  readonly scannerId: string;
  readonly warehouseId: WarehouseId;
  /** Of the warehouse. */
  readonly shelves: readonly Shelf[];
  readonly supply: Supply;
  /** Whether what is counted may be scanned. */
  readonly mayCount: () => boolean;
  readonly submit: (scan: ScanInput) => Promise<void>;
};

/** Of the counts: nobody ends it, it goes on for another half hour, nothing is counted after all. */
const LEFT_BEHIND = 0.15;
const EXTENDED = 0.15;
const GIVEN_UP = 0.1;
/** Of those who meet another's lock. */
const TAKEN_OVER = 0.5;
const LONGEST_WALK_MS = 3_000;
/** Longer than a lock runs: some counts come when it has ended by itself. */
const LONGEST_COUNT_MS = 40 * 60_000;

/** Takes the lock of a location, counts what lies there and scans it; the last count ends the lock. Some leave it. */
export async function countLocation(parts: CountParts): Promise<void> {
  const { world, chance, tally, runtime, handheld, scannerId, warehouseId, shelves, supply } = parts;
  await runtime.sleep(chance.between(1_000, LONGEST_WALK_MS));
  const { locationId } = chance.oneOf(shelves);
  const lockId = await takeLock(parts, locationId);
  if (lockId === undefined) return;
  world.note(() => ({
    entities: [lockId, scannerId],
    text: `${scannerId}: begins to count ${warehouseId}/${locationId}`,
  }));
  if (chance.happens(LEFT_BEHIND)) return tally.add('counts left behind');
  const began = world.now();
  await runtime.sleep(chance.between(10_000, LONGEST_COUNT_MS));
  if (chance.happens(EXTENDED)) {
    await handheld.shown((device) => device.extendCount(lockId));
    tally.add('locks extended');
    await runtime.sleep(chance.between(10_000, LONGEST_COUNT_MS));
  } else if (world.now() - began > LOCK_DURATION_MS) tally.add('counts that outlast their lock');
  if (chance.happens(GIVEN_UP)) {
    await handheld.shown((device) => device.abandonCount(lockId));
    return tally.add('locks released without a count');
  }
  const there = shelves.filter((shelf) => shelf.locationId === locationId);
  for (const [index, shelf] of there.entries()) {
    if (!parts.mayCount()) return;
    const ends = index === there.length - 1 ? { acknowledgeLock: lockId } : {};
    await parts.submit({ ...shelf, type: 'count', quantity: chance.between(...supply.counted), ...ends });
  }
}

/** Another's lock is taken over, now and then. Undefined where there is none to be had. */
async function takeLock(
  { chance, tally, handheld, warehouseId }: CountParts,
  locationId: string,
): Promise<string | undefined> {
  const begun = await handheld.shown((device) => device.beginCount(warehouseId, locationId));
  if (begun?.kind !== 'taken' || !chance.happens(TAKEN_OVER)) return lockOf(begun);
  const { lockId } = begun;
  const seized = lockOf(await handheld.shown((device) => device.takeOverCount(lockId, 'It is urgent.')));
  if (seized !== undefined) tally.add('locks taken over');
  return seized;
}

function lockOf(begun: CountBegun | undefined): string | undefined {
  return begun?.kind === 'running' ? begun.lockId : undefined;
}
