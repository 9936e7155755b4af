import type { Allocation } from '../../apps/wms-adapter/allocation/allocation.ts';
import type { DeviceClock } from '../../shared/contracts/device-clock.ts';
import type { Transaction, TransactionResult } from '../../shared/contracts/transaction.ts';
import type { Chance } from './chance.ts';
import type { Faults } from './faults.ts';
import { SHELVES, type WarehouseId } from './layout.ts';
import type { Mutations } from './mutations.ts';
import { type Process, startProcess } from './process.ts';
import type { Warehouse } from './warehouse/warehouse.ts';
import type { World } from './world.ts';

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
  /** What is reserved in a warehouse and not picked, for whoever picks by order. */
  readonly mutations: Mutations;
  readonly openAllocations: (warehouseId: WarehouseId) => readonly Allocation[];
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
/** Turns in which a scanner begins to count a location. */
const COUNTS_A_TURN = 0.02;
/** Longer than a lock runs: some counts come when it has ended by itself. */
const LONGEST_COUNT_MS = 40 * 60_000;

export function startScanner(
  { world, faults, warehouse, onAnswer, mayScan, openAllocations, turnMs, mutations }: ScannerParts,
  scannerId: string,
  warehouseId: WarehouseId,
): Scanner {
  const chance = world.chance.stream(scannerId);
  const clock = deviceClock(world, chance);
  const shelves = SHELVES.filter((shelf) => shelf.warehouseId === warehouseId);
  const device = startProcess(world, scannerId);
  const queue: Transaction[] = [];
  let sequence = 0;
  let offlineUntil = 0;
  let works = true;
  /** Of the upload that is under way, 1 the first time. */
  let attempt = 0;

  async function live(): Promise<void> {
    for (;;) {
      await device.runtime.sleep(chance.between(1, works ? turnMs : CLEAR_TURN_MS));
      if (works) {
        sufferTurn();
        scanSome();
        if (chance.happens(COUNTS_A_TURN) && world.now() >= offlineUntil) world.spawn(countLocation);
      }
      if (queue.length > 0 && (world.now() >= offlineUntil || faults.areOver())) await upload();
    }
  }

  function sufferTurn(): void {
    if (faults.happens('offline')) offlineUntil = world.now() + chance.between(60_000, 8 * HOUR_MS);
    if (faults.happens('clock-jump')) clock.jump();
    if (faults.happens('restart')) clock.restart();
  }

  function scanSome(): void {
    const isOffline = world.now() < offlineUntil;
    for (let left = chance.between(1, SCANS_A_TURN); left > 0 && mayScan(); left -= 1) {
      sequence += 1;
      const what = chance.happens(0.15) ? pickByOrder() : undefined;
      queue.push({ ...(what ?? someTransaction(chance, shelves)), ...clock.reading(), ...common(isOffline) });
    }
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

  /** Takes the lock of a location, counts what lies there and posts it; the last count ends the lock. */
  async function countLocation(): Promise<void> {
    const { locationId } = chance.oneOf(shelves);
    const lockId = chance.uuid();
    const userId = `user-${scannerId}`;
    const command = { kind: 'take', lockId, warehouseId, locationId, scannerId, userId } as const;
    const taken = await answerOf(device, warehouse.lock(command));
    if (taken?.kind !== 'running') return;
    world.note(() => ({
      entities: [lockId, scannerId],
      text: `${scannerId}: begins to count ${warehouseId}/${locationId}`,
    }));
    await device.runtime.sleep(chance.between(10_000, LONGEST_COUNT_MS));
    const there = shelves.filter((shelf) => shelf.locationId === locationId);
    for (const [index, shelf] of there.entries()) {
      if (!works || !mayScan()) return;
      sequence += 1;
      const ends = index === there.length - 1 ? { acknowledgeLock: taken.lock.lockId } : {};
      const count = { type: 'count', quantity: chance.between(0, 40) } as const;
      queue.push({ ...shelf, ...count, ...clock.reading(), ...common(false), ...ends });
    }
  }

  function common(isOffline: boolean) {
    const queued = isOffline ? { queued: true } : {};
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

type Shelf = (typeof SHELVES)[number];

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

function someTransaction(chance: Chance, shelves: readonly Shelf[]): What {
  // A few items are asked for most.
  const shelf = shelves[Math.floor(chance.next() ** 2 * shelves.length)] ?? chance.oneOf(shelves);
  const draw = chance.next();
  if (draw < 0.35) return { ...shelf, type: 'receipt', quantity: chance.between(1, 9) };
  if (draw < 0.6) return { ...shelf, type: 'pick', quantity: chance.between(1, 5) };
  if (draw < 0.75) return { ...shelf, type: 'adjustment', quantity: chance.oneOf([-3, -2, -1, 1, 2]) };
  if (draw < 0.85) return { ...shelf, type: 'count', quantity: chance.between(0, 40) };
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
