import type { Allocation } from '../../apps/wms-adapter/allocation/allocation.ts';
import { LOCK_DURATION_MS } from '../../apps/wms-adapter/locks/location-lock.ts';
import type { DeviceClock } from '../../shared/contracts/device-clock.ts';
import type { Transaction, TransactionResult } from '../../shared/contracts/transaction.ts';
import type { Aisles } from './aisles.ts';
import type { Chance } from './chance.ts';
import type { Faults } from './faults.ts';
import { SHELVES, type Shelf, type WarehouseId } from './layout.ts';
import type { Mutations } from './mutations.ts';
import { type Process, startProcess } from './process.ts';
import type { Tally } from './tally.ts';
import type { Warehouse } from './warehouse/warehouse.ts';
import type { World } from './world.ts';

/** How much there is: what a receipt brings at most, and what a count finds. Pieces. */
export type Supply = { readonly mostReceived: number; readonly counted: readonly [number, number] };

/** A handheld with a queue of what it scanned and has not got rid of. */
export type Scanner = {
  readonly scannerId: string;
  /** Scans that wait. */
  waiting(): number;
  /** Works no more; what waits is still uploaded. */
  stop(): void;
};

export type ScannerParts = {
  readonly world: World;
  readonly faults: Faults;
  readonly warehouse: Warehouse;
  /** Told of every scan that has its final answer. */
  readonly onAnswer: (transaction: Transaction, result: TransactionResult) => void;
  /** Asked before every scan; false when enough was scanned. */
  readonly mayScan: () => boolean;
  readonly mutations: Mutations;
  /** What is reserved in a warehouse and not picked, for whoever picks by order. */
  readonly openAllocations: (warehouseId: WarehouseId) => readonly Allocation[];
  readonly aisles: Aisles;
  readonly tally: Tally;
  /** Turns in which it begins to count a location, of all. */
  readonly countsATurn: number;
  /** Scans that a scanner gathers before it uploads them: one of these, each its own. */
  readonly gathers: readonly number[];
  readonly supply: Supply;
  /** Between two turns, at most. Milliseconds. */
  readonly turnMs: number;
};

/** Milliseconds between two turns at most when only the queue is left. */
const CLEAR_TURN_MS = 8_000;
const SCANS_A_TURN = 12;
const SCANS_AN_UPLOAD = 100;
/** A call that was not answered by then is made again. */
const PATIENCE_MS = 15_000;
const HOUR_MS = 3_600_000;
/** Scans made where somebody else just scanned. */
const BESIDES = 0.2;
/** Of the counts: nobody ends it, it goes on for another half hour, nothing is counted after all. */
const LEFT_BEHIND = 0.15;
const EXTENDED = 0.15;
const GIVEN_UP = 0.1;
/** Of those who meet another's lock. */
const TAKEN_OVER = 0.5;
/** Longer than a lock runs: some counts come when it has ended by itself. */
const LONGEST_COUNT_MS = 40 * 60_000;

export function startScanner(
  {
    world,
    faults,
    warehouse,
    onAnswer,
    mayScan,
    openAllocations,
    turnMs,
    mutations,
    aisles,
    tally,
    countsATurn,
    gathers,
    supply,
  }: ScannerParts,
  scannerId: string,
  warehouseId: WarehouseId,
): Scanner {
  const chance = world.chance.stream(scannerId);
  const clock = deviceClock(world, chance);
  const shelves = SHELVES.filter((shelf) => shelf.warehouseId === warehouseId);
  const device = startProcess(world, scannerId);
  const queue: Transaction[] = [];
  const gathered = chance.oneOf(gathers);
  let sequence = 0;
  let offlineUntil = 0;
  let works = true;
  /** Of the upload that is under way, 1 the first time. */
  let attempt = 0;

  async function live(): Promise<void> {
    while (works || queue.length > 0) {
      await device.runtime.sleep(chance.between(1, works ? turnMs : CLEAR_TURN_MS));
      if (works) {
        sufferTurn();
        scanSome();
        if (chance.happens(countsATurn) && !isOffline()) world.spawn(countLocation);
      }
      const isEnough = queue.length >= (works ? gathered : 1);
      if (isEnough && (!isOffline() || faults.areOver())) await upload();
    }
  }

  function isOffline(): boolean {
    return world.now() < Math.max(offlineUntil, aisles.darkUntil(warehouseId));
  }

  function sufferTurn(): void {
    if (faults.happens('offline')) offlineUntil = world.now() + chance.between(60_000, 8 * HOUR_MS);
    if (faults.happens('clock-jump')) clock.jump();
    if (faults.happens('restart')) clock.restart();
  }

  function scanSome(): void {
    const queued = isOffline();
    for (let left = chance.between(1, SCANS_A_TURN); left > 0 && mayScan(); left -= 1) {
      sequence += 1;
      const what = chance.happens(0.15) ? pickByOrder() : undefined;
      const scan = what ?? someTransaction(chance, shelves, supply, aislemate());
      const shelf = shelves.find((one) => one.itemId === scan.itemId && one.locationId === scan.locationId);
      if (shelf) aisles.scanned(shelf, scannerId);
      queue.push({ ...scan, ...clock.reading(), ...common(queued) });
    }
  }

  /** The shelf where somebody else is at work, now and then. */
  function aislemate(): Shelf | undefined {
    return chance.happens(BESIDES) ? aisles.besides(warehouseId, scannerId) : undefined;
  }

  /** Undefined where nothing is reserved. */
  function pickByOrder(): What | undefined {
    const open = openAllocations(warehouseId);
    if (open.length === 0) return undefined;
    const { allocationId, orderId, itemId, reserved, picked } = chance.oneOf(open);
    const shelf = chance.oneOf(shelves.filter((one) => one.itemId === itemId));
    const quantity = chance.happens(0.7) ? reserved - picked : chance.between(1, reserved - picked + 2);
    const names = chance.happens(0.8) ? { allocationId, orderId } : { orderId };
    const closes = chance.happens(0.1) ? { closesAllocation: true } : {};
    return { ...shelf, type: 'pick', quantity, ...names, ...closes };
  }

  /** Takes the lock of a location, counts what lies there and posts it; the last count ends the lock. Some leave it. */
  async function countLocation(): Promise<void> {
    const { locationId } = chance.oneOf(shelves);
    const lockId = await takeLock(locationId);
    if (lockId === undefined) return;
    world.note(() => ({
      entities: [lockId, scannerId],
      text: `${scannerId}: begins to count ${warehouseId}/${locationId}`,
    }));
    if (chance.happens(LEFT_BEHIND)) return tally.add('counts left behind');
    const began = world.now();
    await device.runtime.sleep(chance.between(10_000, LONGEST_COUNT_MS));
    if (chance.happens(EXTENDED)) {
      await answerOf(device, warehouse.lock({ kind: 'extend', lockId }));
      tally.add('locks extended');
      await device.runtime.sleep(chance.between(10_000, LONGEST_COUNT_MS));
    } else if (world.now() - began > LOCK_DURATION_MS) tally.add('counts that outlast their lock');
    if (chance.happens(GIVEN_UP)) {
      await answerOf(device, warehouse.lock({ kind: 'release', lockId }));
      return tally.add('locks released without a count');
    }
    const there = shelves.filter((shelf) => shelf.locationId === locationId);
    for (const [index, shelf] of there.entries()) {
      if (!works || !mayScan()) return;
      sequence += 1;
      const ends = index === there.length - 1 ? { acknowledgeLock: lockId } : {};
      const count = { type: 'count', quantity: chance.between(...supply.counted) } as const;
      queue.push({ ...shelf, ...count, ...clock.reading(), ...common(isOffline()), ...ends });
    }
  }

  /** Another's lock is taken over, now and then. Undefined where there is none to be had. */
  async function takeLock(locationId: string): Promise<string | undefined> {
    const who = { scannerId, userId: `user-${scannerId}` };
    const wanted = { kind: 'take', lockId: chance.uuid(), warehouseId, locationId, ...who } as const;
    const taken = await answerOf(device, warehouse.lock(wanted));
    if (taken?.kind === 'running') return taken.lock.lockId;
    if (taken?.kind !== 'held-by-another' || !chance.happens(TAKEN_OVER)) return undefined;
    const { lockId } = taken.lock;
    const over = {
      kind: 'take-over',
      lockId,
      newLockId: chance.uuid(),
      reason: 'It is urgent.',
      ...who,
    } as const;
    const seized = await answerOf(device, warehouse.lock(over));
    if (seized?.kind !== 'running') return undefined;
    tally.add('locks taken over');
    return seized.lock.lockId;
  }

  function common(isQueued: boolean) {
    const queued = isQueued ? { queued: true } : {};
    return { transactionId: chance.uuid(), sequence, scannerId, userId: `user-${scannerId}`, ...queued };
  }

  async function upload(): Promise<void> {
    const batch = queue.slice(0, SCANS_AN_UPLOAD);
    attempt += 1;
    const posted = mutations.post?.(batch, attempt, chance) ?? batch;
    const results = await answerOf(device, post(posted));
    if (results === undefined) {
      // It may have arrived or not. What is asked again is no new scan, but the same.
      return;
    }
    attempt = 0;
    if (results.length !== batch.length)
      throw new Error(`${results.length} answers were given to ${batch.length} scans of ${scannerId}.`);
    for (const [index, transaction] of batch.entries()) {
      const result = results[index];
      if (result?.transactionId !== posted[index]?.transactionId)
        throw new Error(`Scan ${transaction.transactionId} was answered as ${result?.transactionId}.`);
      if (result) settle(transaction, result);
    }
  }

  /** The call as the network carries it. */
  async function post(posted: readonly Transaction[]): Promise<TransactionResult[]> {
    if (faults.happens('upload-lost')) throw new Error('the upload was lost');
    const delay = faults.happens('upload-slow')
      ? chance.between(PATIENCE_MS, 60_000)
      : chance.between(5, 200);
    const told = clock.told();
    await device.runtime.sleep(delay);
    const results = await warehouse.upload(posted, told);
    if (faults.happens('upload-answer-lost')) throw new Error('the answer was lost');
    return results;
  }

  function settle(transaction: Transaction, result: TransactionResult): void {
    const at = queue.indexOf(transaction);
    if (at < 0) return;
    world.note(() => ({
      entities: [transaction.transactionId, transaction.itemId, scannerId],
      text: `${scannerId}: ${transaction.type} of ${transaction.quantity} ${transaction.itemId} at ${transaction.warehouseId}/${transaction.locationId} is ${result.outcome}`,
    }));
    const lockId = result.problem?.locks?.[0]?.lockId;
    if (result.outcome === 'warning' && lockId !== undefined) {
      queue[at] = { ...transaction, acknowledgeLock: lockId };
      return;
    }
    queue.splice(at, 1);
    onAnswer(transaction, result);
  }

  world.spawn(live);
  return {
    scannerId,
    waiting: () => queue.length,
    stop: () => {
      works = false;
    },
  };
}

/** What came in time; undefined when nothing did, or the call failed. */
async function answerOf<Answer>(device: Process, call: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await device.runtime.within(call, PATIENCE_MS);
  } catch {
    return undefined;
  }
}

type What = Pick<
  Transaction,
  | 'type'
  | 'itemId'
  | 'warehouseId'
  | 'locationId'
  | 'lotNumber'
  | 'quantity'
  | 'toLocationId'
  | 'allocationId'
  | 'orderId'
  | 'closesAllocation'
>;

/** @param there where it is to be, unless anywhere */
function someTransaction(
  chance: Chance,
  shelves: readonly Shelf[],
  { mostReceived, counted }: Supply,
  there: Shelf | undefined,
): What {
  // A few items are asked for most.
  const shelf = there ?? shelves[Math.floor(chance.next() ** 2 * shelves.length)] ?? chance.oneOf(shelves);
  const draw = chance.next();
  if (draw < 0.35) return { ...shelf, type: 'receipt', quantity: chance.between(1, mostReceived) };
  if (draw < 0.6) return { ...shelf, type: 'pick', quantity: chance.between(1, 5) };
  if (draw < 0.75) return { ...shelf, type: 'adjustment', quantity: chance.oneOf([-3, -2, -1, 1, 2]) };
  if (draw < 0.85) return { ...shelf, type: 'count', quantity: chance.between(...counted) };
  const others = shelves.filter(
    ({ itemId, locationId }) => itemId === shelf.itemId && locationId !== shelf.locationId,
  );
  const { locationId: toLocationId } = chance.oneOf(others);
  return { ...shelf, type: 'transfer', quantity: chance.between(1, 10), toLocationId };
}

/** The two clocks of a device: the wall clock may be wrong, the monotonic one begins anew with each run. */
function deviceClock(world: World, chance: Chance) {
  let aheadMs = chance.between(-2_000, 2_000);
  let run = chance.uuid();
  let began = world.now() - chance.between(1_000, HOUR_MS);
  const wall = () => new Date(world.now() + aheadMs).toISOString();
  const milliseconds = () => world.now() - began;
  return {
    reading: () => ({ scannedAt: wall(), scanClock: { run, milliseconds: milliseconds() } }),
    told: (): DeviceClock => ({ time: wall(), run, milliseconds: milliseconds() }),
    jump: () => {
      aheadMs = chance.between(-3 * HOUR_MS, 3 * HOUR_MS);
    },
    restart: () => {
      run = chance.uuid();
      began = world.now() - 1;
    },
  };
}
