import type { ScanInput } from '../../apps/scanner/core/scan.ts';
import type { SubmitAnswer } from '../../apps/scanner/core/scanner-device.ts';
import type { Chance } from '../simulation/chance.ts';
import type { FleetClock } from './fleet-clock.ts';
import type { App, Handheld } from './handheld.ts';
import { type Aisle, badgeOf, PIN, WAREHOUSE } from './layout.ts';
import { workOffRed } from './red-scans.ts';
import type { ScanBook } from './scan-book.ts';
import type { Tally } from './tally.ts';

export type WorkerParts = {
  readonly handheld: Handheld;
  readonly book: ScanBook;
  readonly clock: FleetClock;
  readonly chance: Chance;
  readonly tally: Tally;
  readonly aisle: Aisle;
  /** Who signs in here; the supervisor comes when the worker cannot, or hands the device over. */
  readonly worker: string;
  readonly supervisor: string;
  /** How long a count takes at most, in milliseconds of the fleet. */
  readonly longestCountMs: number;
};

/** Somebody with a handheld. */
export type Worker = {
  /** Scans with pauses of this length, on average, until told that it is enough. */
  work(pauseMs: number, isEnough: () => boolean): Promise<void>;
  /** Waits for the queue to be empty, and works off what was refused, until nothing is left. */
  finish(isGivenUp: () => boolean): Promise<void>;
};

type Task = (app: App) => Promise<void>;

/** Between two looks at a queue that empties, in milliseconds of the fleet. */
const LOOK_MS = 2_000;
const RED_AT_ONCE = 200;

export function startWorker(parts: WorkerParts): Worker {
  const { handheld, book, clock, chance, tally, aisle, worker, supervisor, longestCountMs } = parts;

  /** Does something with the app; when that dies meanwhile, so does the attempt. */
  async function attempt(task: Task): Promise<void> {
    const app = await handheld.running();
    try {
      await task(app);
    } catch (error) {
      if (handheld.app() === app) throw error;
    }
  }

  async function signIn(app: App, first: string, ...others: readonly string[]): Promise<void> {
    const answer = await app.device.signIn(badgeOf(first), PIN);
    const [next, ...rest] = others;
    if (answer.kind !== 'signed-in' && next !== undefined) await signIn(app, next, ...rest);
  }

  async function submit(app: App, input: ScanInput): Promise<void> {
    if (handheld.app() !== app) throw new Error('The app that this was scanned in is gone');
    const transactionId = chance.uuid();
    const began = clock.now();
    const answer = await answerTo(app, transactionId, input, began);
    if (answer.kind === 'stored') return book.stored(answer.scan, [began, clock.now()]);
    const isSignedOut = answer.kind === 'not-stored' && answer.errors.every(({ field }) => field === 'user');
    if (!isSignedOut) throw new Error(`${handheld.scannerId}: ${JSON.stringify({ input, answer })}`);
    tally.add('not stored: sign-in expired');
    await signIn(await handheld.running(), worker, supervisor);
  }

  /** A page that outlives its worker submits again, under the same id. One that dies with it leaves the scan in doubt. */
  async function answerTo(
    app: App,
    transactionId: string,
    input: ScanInput,
    began: number,
  ): Promise<SubmitAnswer> {
    try {
      return await app.device.submit(transactionId, input, true);
    } catch (error) {
      if (handheld.app() === app) throw error;
      tally.add('killed while a scan was stored');
      book.inDoubt(transactionId, [began, clock.now()]);
      if (chance.happens(0.5)) throw error;
    }
    const next = await handheld.running();
    tally.add('submitted again');
    return answerTo(next, transactionId, input, began);
  }

  const place = () => ({
    itemId: chance.oneOf(aisle.items),
    warehouseId: WAREHOUSE,
    locationId: chance.oneOf(aisle.locations),
    lotNumber: null,
  });

  const movePieces: Task = async (app) => {
    const from = place();
    const draw = chance.below(10);
    if (draw < 5) return submit(app, { ...from, type: 'pick', quantity: chance.between(1, 9) });
    if (draw < 8) return submit(app, { ...from, type: 'receipt', quantity: chance.between(1, 40) });
    const toLocationId = chance.oneOf(aisle.locations.filter((one) => one !== from.locationId));
    return submit(app, { ...from, type: 'transfer', toLocationId, quantity: chance.between(1, 9) });
  };

  /** With the version that the worker saw, where there is one. */
  const adjust: Task = async (app) => {
    const { lotNumber, ...where } = place();
    const { positions } = await app.device.stock(where);
    const version = positions.find((one) => one.lotNumber === lotNumber)?.version;
    // While the worker looks for what is broken, the other one may scan.
    await clock.sleep(chance.between(1_000, 30_000));
    const quantity = chance.oneOf([-3, -2, -1, 1, 2]);
    const seen = version === undefined ? {} : { expectedVersion: version };
    await submit(app, { ...where, lotNumber, type: 'adjustment', reason: 'damaged', quantity, ...seen });
  };

  const pickByOrder: Task = async (app) => {
    const { tasks } = await app.device.pickList(WAREHOUSE);
    const mine = tasks.filter(({ itemId }) => aisle.items.includes(itemId));
    if (mine.length === 0) return movePieces(app);
    const { allocationId, orderId, itemId, open } = chance.oneOf(mine);
    const quantity = chance.happens(0.7) ? open : chance.between(1, open + 1);
    const closes = chance.happens(0.2) ? { closesAllocation: true } : {};
    await submit(app, { ...place(), itemId, type: 'pick', quantity, allocationId, orderId, ...closes });
  };

  /** Takes the lock where it can; the last count of the location ends it. Some go away without. */
  const count: Task = async (app) => {
    const where = place();
    const lockId = await lockOf(app, where.locationId);
    await clock.sleep(chance.between(longestCountMs / 20, longestCountMs));
    if (lockId !== undefined && chance.happens(0.1)) return app.device.abandonCount(lockId);
    const counted = { ...where, type: 'count', quantity: chance.between(0, 200) } as const;
    await submit(app, { ...counted, ...(lockId !== undefined && { acknowledgeLock: lockId }) });
  };

  async function lockOf({ device }: App, locationId: string): Promise<string | undefined> {
    const begun = await device.beginCount(WAREHOUSE, locationId);
    if (begun.kind === 'running') tally.add('locks');
    if (begun.kind === 'taken') {
      tally.add('locks of others');
      const taken = await device.takeOverCount(begun.lockId, 'has gone to lunch');
      if (taken.kind === 'running') tally.add('locks taken over');
      return taken.kind === 'running' ? taken.lockId : undefined;
    }
    return begun.kind === 'running' ? begun.lockId : undefined;
  }

  const handOver: Task = async (app) => {
    tally.add('hand-overs');
    await app.device.signOut();
    const isSupervisor = chance.happens(0.3);
    await (isSupervisor ? signIn(app, supervisor, worker) : signIn(app, worker, supervisor));
  };

  const workOff: Task = (app) => workOffRed({ ...parts, app, signIn: () => signIn(app, supervisor, worker) });

  const someTask = (): Task => {
    const draw = chance.below(100);
    if (draw < 62) return movePieces;
    if (draw < 72) return adjust;
    if (draw < 82) return pickByOrder;
    if (draw < 90) return count;
    if (draw < 98) return workOff;
    return handOver;
  };

  return {
    async work(pauseMs, isEnough) {
      await attempt((app) => signIn(app, worker));
      while (!isEnough()) {
        await clock.sleep(chance.between(0, 2 * pauseMs));
        if (!isEnough()) await attempt(someTask());
      }
    },
    async finish(isGivenUp) {
      while (!isGivenUp()) {
        const { store } = await handheld.running();
        const { queued, refused } = store.backlog().counts;
        if (queued + refused === 0) break;
        if (store.scans({ state: 'refused', limit: RED_AT_ONCE }).length > 0) await attempt(workOff);
        else await clock.sleep(LOOK_MS);
      }
    },
  };
}
