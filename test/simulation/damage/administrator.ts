import { type Allocation, openPieces } from '../../../apps/wms-adapter/allocation/allocation.ts';
import { positionKeyText } from '../../../apps/wms-adapter/database.ts';
import type { StockKey } from '../../../shared/domain/stock.ts';
import type { WmsMark } from '../../../shared/ports/wms-sql.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { Faults } from '../faults.ts';
import type { WatchedWindow } from '../invariants/promise-window.ts';
import type { WatchedPromises } from '../invariants/promises.ts';
import { Violation } from '../invariants/violation.ts';
import type { WatchedBooks, WatchedPosition } from '../invariants/wms-books.ts';
import { startProcess } from '../process.ts';
import { askForEverything } from '../reconcile-everything.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import type { World } from '../world.ts';
import type { DamageLog } from './damage-log.ts';

/** Somebody who backs the WMS up, puts a backup back, and says so to the reconciliation once that complains. */
export type Administrator = {
  /** Restores that the reconciliation noticed, or should have, and that are not accepted. */
  unsaid(): number;
  /**
   * Whether a restore was of the time since the last run, so that nobody could tell. What the WMS has lost is corrected at once then, and
   * what of it reaches the journal only later is not shut out.
   */
  wasUnnoticed(): boolean;
  /** Scans that a restore took away, in lower case. */
  readonly lost: ReadonlySet<string>;
  /** Nothing was corrected before somebody said that a restore was meant. @throws {Violation} */
  check(): Promise<void>;
};

export type AdministratorParts = {
  readonly world: World;
  readonly faults: Faults;
  readonly warehouse: Warehouse;
  readonly cloud: Cloud;
  readonly books: WatchedBooks;
  readonly promises: WatchedPromises;
  readonly window: WatchedWindow;
  readonly log: DamageLog;
  /** Between two turns, at most. Milliseconds. */
  readonly turnMs: number;
};

type Backup = { readonly at: number; readonly goBack: () => void };

type Restore = {
  readonly at: number;
  /** Where the last run before it ended. */
  readonly mark: WmsMark;
  /** The run by which it was accepted; undefined: it was not. */
  acceptedBy: string | undefined;
};

const BACKUPS_KEPT = 8;
/** The reconciliation complains within 15 minutes; then somebody needs a while. Milliseconds. */
const NOTICED_AFTER_MS = 25 * 60_000;
const LONGEST_DECISION_MS = 90 * 60_000;
const LOOK_MS = 60_000;
/** A run that was beginning just then does not count. */
const BEGUN_MS = 60_000;
/** Where no run can notice a restore. */
const NOBODY = 'nobody can tell';
const NOWHERE: WmsMark = { rowVersion: '0', lastTransaction: null };

export function startAdministrator(parts: AdministratorParts): Administrator {
  const { world, faults, warehouse, cloud, books, promises, window, log, turnMs } = parts;
  const chance = world.chance.stream('administrator');
  const { after } = startProcess(world, 'administrator');
  const backups: Backup[] = [];
  const restores: Restore[] = [];
  const lost = new Set<string>();
  const unsaid = () => restores.filter(({ acceptedBy }) => acceptedBy === undefined).length;

  const turn = () => {
    if (faults.areOver()) return;
    const old =
      backups.length > 0 && restores.length === 0 && faults.happens('restore')
        ? chance.oneOf(backups)
        : undefined;
    if (old) putBack(old);
    else backUp();
    after(chance.between(1, turnMs), 'the administrator turns', turn);
  };
  after(chance.between(1, turnMs), 'the administrator turns', turn);

  function backUp(): void {
    const kept = [warehouse.backup(), books.backup(), promises.backup(), window.backup()];
    const goBack = () => {
      for (const one of kept) one();
    };
    backups.push({ at: world.now(), goBack });
    if (backups.length > BACKUPS_KEPT) backups.shift();
  }

  function putBack(backup: Backup): void {
    const before = {
      transactions: new Set(books.transactions),
      positions: new Map(
        [...books.positions].map(([name, { key, onHand }]) => [name, { key, onHand: [...onHand] }]),
      ),
      reservations: new Map(promises.reservations),
    };
    backup.goBack();
    const minutes = Math.round((world.now() - backup.at) / 60_000);
    for (const id of before.transactions) if (!books.transactions.has(id)) lost.add(id);
    noteLostPositions(before.positions, minutes);
    noteLostReservations(before.reservations, minutes);
    world.spawn(noticed);
  }

  function noteLostPositions(before: ReadonlyMap<string, Lost>, minutes: number): void {
    for (const [name, { key, onHand }] of before) {
      const left = books.positions.get(name)?.onHand.length ?? 0;
      if (left === onHand.length) continue;
      for (const [index, pieces] of onHand.entries())
        if (index >= left) log.excuse(name, { version: index + 1, onHand: pieces });
      const { itemId, warehouseId, locationId, lotNumber } = key;
      const detail = `${positionKeyText(key)} goes back ${minutes} minutes, from version ${onHand.length} to ${left}`;
      note({ itemId, warehouseId }, { place: { locationId, lotNumber }, version: left }, detail);
    }
  }

  function noteLostReservations(before: ReadonlyMap<string, Allocation>, minutes: number): void {
    for (const [allocationId, allocation] of before) {
      const left = promises.reservations.get(allocationId);
      if (left === allocation) continue;
      const [from, to] = [openPieces(allocation), left ? openPieces(left) : 'nothing'];
      const detail = `${allocationId} goes back ${minutes} minutes, from ${from} open pieces to ${to}`;
      note(allocation, { place: null, allocationId, version: 0 }, detail);
      note(allocation, { place: null, version: 0 }, detail);
    }
  }

  function note(
    { itemId, warehouseId }: StockKey,
    what: {
      readonly place: { readonly locationId: string; readonly lotNumber: string | null } | null;
      readonly allocationId?: string;
      readonly version: number;
    },
    detail: string,
  ): void {
    const classes = [
      'unknown',
      'phantom',
      'calculation-mismatch',
      'lost-event',
      'missing',
      'deleted',
      ...OF_PROMISES,
    ] as const;
    log.note({ kind: 'restore', itemId, warehouseId, ...what, classes, isLasting: false, detail });
  }

  async function noticed(): Promise<void> {
    const state = await cloud.runs.state();
    const restore: Restore = { at: world.now(), mark: state?.wms ?? NOWHERE, acceptedBy: undefined };
    restores.push(restore);
    const delay = NOTICED_AFTER_MS + chance.between(1, LONGEST_DECISION_MS);
    world.schedule(delay, 'somebody accepts the restore', () => world.spawn(() => accept(restore)));
  }

  async function accept(restore: Restore): Promise<void> {
    const complaints = (await cloud.runs.runs({ status: 'failed', top: 100 })).rows;
    const isNoticed = complaints.some(
      ({ problem, endedAt = '' }) => problem?.code === 'wms-restored' && Date.parse(endedAt) >= restore.at,
    );
    // The last run's mark is older than the backup, and no run was looking just then; or only reservations were lost, and
    // as much was decided since: it is the same history as far as anybody can tell.
    if (!isNoticed && (await warehouse.reader.continues(restore.mark))) {
      restore.acceptedBy = NOBODY;
      return;
    }
    if (!isNoticed)
      return world.fail(
        new Violation(
          'A restore of the WMS is noticed',
          `not that of ${new Date(restore.at).toISOString()}`,
          [],
        ),
      );
    const runId = await askForEverything(world, cloud, true);
    const look = async () => {
      const run = await cloud.runs.run(runId);
      if (run?.status === 'completed') restore.acceptedBy = runId;
      else if (run?.status === 'failed') await accept(restore);
      else world.schedule(LOOK_MS, 'somebody looks whether the restore is accepted', () => world.spawn(look));
    };
    await look();
  }

  async function check(): Promise<void> {
    for (const { at, acceptedBy = '' } of restores) {
      const accepted = await cloud.runs.run(acceptedBy);
      if (!accepted) continue;
      for (const found of cloud.runs.found()) {
        const run = await cloud.runs.run(found.runId);
        const startedAt = Date.parse(run?.startedAt ?? '');
        // One by which the restore was accepted may have failed on its way, and another have ended what it began.
        if (startedAt <= at + BEGUN_MS || found.runId >= acceptedBy || run?.acceptRestore) continue;
        throw new Violation(
          'Nothing is corrected after a restore before a person says so',
          `${found.class} of ${found.itemId}, ${found.action} by ${found.runId}: ${found.detail}`,
          [found.itemId],
        );
      }
    }
  }

  const wasUnnoticed = () => restores.some(({ acceptedBy }) => acceptedBy === NOBODY);
  return { unsaid, wasUnnoticed, lost, check };
}

const OF_PROMISES = ['reservation-without-hold', 'hold-without-reservation'] as const;

type Lost = Pick<WatchedPosition, 'key' | 'onHand'>;
