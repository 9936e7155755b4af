import type { AdapterClient, Answer } from '../../../apps/scanner/core/adapter-client.ts';
import type { DeviceClock as CoreClock } from '../../../apps/scanner/core/device-clock.ts';
import { DatabaseUnavailableError, OverloadedError } from '../../../apps/wms-adapter/booking/group-commit.ts';
import type { Caller } from '../../../apps/wms-adapter/devices/caller.ts';
import { lockAnswer, refusedLock } from '../../../apps/wms-adapter/http/lock-answers.ts';
import { SCANNER_LIMITS } from '../../../apps/wms-adapter/http/master-data-changes.ts';
import { pickTaskAnswer } from '../../../apps/wms-adapter/http/pick-list.ts';
import { recountTaskAnswer } from '../../../apps/wms-adapter/http/recount-tasks.ts';
import type { LockCommand, LockResult } from '../../../apps/wms-adapter/locks/lock-order.ts';
import type { DeviceClock } from '../../../shared/contracts/device-clock.ts';
import type { RunningLock } from '../../../shared/contracts/location-lock.ts';
import {
  type Transaction,
  type TransactionResult,
  transactionProblemSchema,
} from '../../../shared/contracts/transaction.ts';
import { noAnswer } from '../calls.ts';
import type { Chance } from '../chance.ts';
import type { Faults } from '../faults.ts';
import type { WatchedDeviceScans } from '../invariants/device-scans.ts';
import { guarded } from '../invariants/violation.ts';
import type { WarehouseId } from '../layout.ts';
import { type Process, startProcess } from '../process.ts';
import { shuffled } from '../shuffled.ts';
import type { Tally } from '../tally.ts';
import { ConnectionRefused, type Warehouse } from '../warehouse/warehouse.ts';
import { BEGINNING, type World } from '../world.ts';

export type ScannerNetworkParts = {
  readonly world: World;
  readonly faults: Faults;
  readonly chance: Chance;
  readonly tally: Tally;
  readonly warehouse: Warehouse;
  readonly scans: WatchedDeviceScans;
  readonly scannerId: string;
  readonly warehouseId: WarehouseId;
  /** Whether there is no Wi-Fi where the device is. */
  readonly isOffline: () => boolean;
  /** The WMS does not know who has the device for so many milliseconds. */
  readonly barWorkers: (ms: number) => void;
};

/** One life of a device, as its calls are part of it. */
export type Life = {
  readonly process: Process;
  readonly clock: CoreClock;
  /** Ends it. */
  readonly crash: () => void;
};

/** As the client of the scanner over HTTP, `apps/scanner/http/call.ts`. */
const PATIENCE_MS = 30_000;
/** A proxy that has to find the adapter anew holds a call for so long. */
const LONGEST_CALL_MS = 180_000;
const ROWS_A_PAGE = 1_000;
/** Longer than a shift, shorter than a day. */
const SIGN_IN_MS = 12 * 3_600_000;

/**
 * The adapter's API over the Wi-Fi of a warehouse: calls and their answers get lost, calls arrive when nobody waits for them any more, and
 * the app that calls may end before or after.
 */
export function scannerNetwork(parts: ScannerNetworkParts): (life: Life) => AdapterClient {
  const { world, faults, chance, tally, warehouse, scans, scannerId, warehouseId } = parts;
  const { isOffline, barWorkers } = parts;
  // A call that has left the device is on its way whatever becomes of that.
  const { runtime } = startProcess(world, `${scannerId}'s Wi-Fi`);
  const warehouseIds = [warehouseId];
  const registeredAt = new Date(BEGINNING).toISOString();
  const caller: Caller = { kind: 'device', device: { scannerId, warehouseIds, registeredAt } };

  async function carried<Body>(serve: () => Promise<Answer<Body>>) {
    if (faults.happens('upload-lost')) return unanswered('the call was lost');
    const isSlow = faults.happens('upload-slow');
    const ms = isSlow ? chance.between(PATIENCE_MS / 2, LONGEST_CALL_MS) : chance.between(5, 200);
    if (isSlow && faults.happens('upload-overtaken')) barWorkers(chance.between(PATIENCE_MS / 2, ms));
    const restores = warehouse.restores();
    await runtime.sleep(ms);
    if (warehouse.restores() > restores) return unanswered('the adapter was stopped');
    const answer = await serve().catch(failureOf);
    return faults.happens('upload-answer-lost') ? unanswered('the answer was lost') : answer;
  }

  /** The adapter's 503, or nobody who could answer. */
  function failureOf(error: unknown): Answer<never> {
    if (error instanceof DatabaseUnavailableError || error instanceof OverloadedError)
      return { kind: 'failing', status: 503, detail: error.message, retryAfterMs: 1_000 };
    if (!(error instanceof ConnectionRefused)) world.fail(error);
    return unanswered(String(error));
  }

  function noteResults(transactions: readonly Transaction[], results: readonly TransactionResult[]): void {
    for (const [index, { transactionId, type, quantity, itemId, locationId }] of transactions.entries())
      world.note(() => ({
        entities: [transactionId, itemId, scannerId],
        text: `${scannerId}: ${type} of ${quantity} ${itemId} at ${warehouseId}/${locationId} is ${results[index]?.outcome}`,
      }));
  }

  return ({ process, clock, crash }) => {
    async function call<Body>(serve: () => Promise<Answer<Body>>): Promise<Answer<Body>> {
      const answer = await process.runtime.within(carried(serve), PATIENCE_MS);
      if (!process.isAlive()) return noAnswer();
      if (!faults.happens('scanner-crash')) return answer ?? unanswered('no answer within 30 seconds');
      crash();
      return noAnswer();
    }

    /** What does not leave the device. */
    function ended<Body>(): Promise<Answer<Body>> | undefined {
      if (isOffline()) return Promise.resolve(unanswered('there is no Wi-Fi'));
      if (!faults.happens('scanner-crash')) return undefined;
      crash();
      return noAnswer();
    }

    function told(): DeviceClock {
      const { wall, run, milliseconds } = clock.read();
      return { time: new Date(wall).toISOString(), run, milliseconds };
    }

    function post(
      transactions: readonly Transaction[],
      number?: number,
    ): Promise<Answer<readonly TransactionResult[]>> {
      const before = ended<readonly TransactionResult[]>();
      if (before) return before;
      guarded(world, scans.sent)(transactions);
      const clocks = { ...told(), ...(number !== undefined && { call: number }) };
      return call(async () => {
        const results = await warehouse.upload(transactions, clocks, caller);
        noteResults(transactions, results);
        if (results.some(({ problem }) => problem?.lastCall !== undefined)) tally.add('calls overtaken');
        // The port promises no order.
        return answered(shuffled(results, chance));
      });
    }

    const ask = <Body>(serve: () => Promise<Answer<Body>>) => ended<Body>() ?? call(serve);
    const lock = (command: LockCommand) => ask(async () => lockAnswered(await warehouse.lock(command)));
    return {
      post,
      masterData: (version) =>
        ask(async () => {
          const query = { version, warehouseIds, limit: ROWS_A_PAGE };
          const changes = await warehouse.read((database) => database.masterDataSince(query));
          const [items, locations] = [[...changes.items], [...changes.locations]];
          return answered({ ...changes, items, locations, warehouseIds, limits: SCANNER_LIMITS });
        }),
      positions: (query) =>
        ask(async () => {
          const asked = { ...query, limit: ROWS_A_PAGE };
          return answered(await warehouse.read((database) => database.positions(asked)));
        }),
      pickList: (_, after) =>
        ask(async () => {
          const query = { warehouseId, after, limit: ROWS_A_PAGE };
          const page = await warehouse.read((database) => database.openAllocations(query));
          return answered({ ...page, rows: page.rows.map(pickTaskAnswer) });
        }),
      recountTasks: (_, after) =>
        ask(async () => {
          const query = { warehouseId, after, limit: ROWS_A_PAGE };
          const page = await warehouse.read((database) => database.recountTasks(query));
          return answered({ ...page, rows: page.rows.map(recountTaskAnswer) });
        }),
      enrol: () => ask(async () => answered({ warehouseIds })),
      signIn: (badge) =>
        ask(async () =>
          answered({ userId: badge, name: badge, role: 'worker', warehouseIds, validForMs: SIGN_IN_MS }),
        ),
      takeLock: (wanted) => lock({ kind: 'take', lockId: chance.uuid(), ...wanted }),
      extendLock: (lockId) => lock({ kind: 'extend', lockId }),
      releaseLock: (lockId) =>
        ask(async () => {
          const result = await warehouse.lock({ kind: 'release', lockId });
          return result.kind === 'ended' ? answered(undefined) : lockRefused(result);
        }),
      takeOverLock: (lockId, by) => lock({ kind: 'take-over', lockId, newLockId: chance.uuid(), ...by }),
    };
  };
}

function answered<Body>(body: Body): Answer<Body> {
  return { kind: 'answered', body };
}

function unanswered(detail: string): Answer<never> {
  return { kind: 'no-answer', detail };
}

function lockAnswered(result: LockResult): Answer<RunningLock> {
  return result.kind === 'running' ? answered(lockAnswer(result.lock)) : lockRefused(result);
}

function lockRefused(result: LockResult): Answer<never> {
  return {
    kind: 'refused',
    problem: transactionProblemSchema.parse(refusedLock(result, 'the lock').problem),
  };
}
