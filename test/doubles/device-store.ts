import type {
  Backlog,
  DeviceStore,
  Enrolment,
  MasterDataState,
  PositionQuery,
  RememberedSignIn,
  Settlement,
} from '../../apps/scanner/core/device-store.ts';
import { gtinOf } from '../../apps/scanner/core/gtin.ts';
import type { ScanState, StoredScan } from '../../apps/scanner/core/scan.ts';
import type { PickTask, RecountTask, SignedIn } from '../../apps/scanner/core/scanner-device.ts';
import type { Item } from '../../shared/contracts/master-data.ts';
import type { MasterDataChanges } from '../../shared/contracts/master-data-changes.ts';
import type { WmsPosition } from '../../shared/contracts/position.ts';
import type { Transaction } from '../../shared/contracts/transaction.ts';

type Known = WmsPosition & { readonly toldAt: string };

/**
 * What a device keeps, in memory and without SQL: fast enough for a simulation of many. It outlives its device: what reads it anew
 * finds what a device would find after a crash.
 */
export function deviceStore(): DeviceStore {
  return {
    ...scansAndStock(),
    ...signIns(),
    keepLogShort: () => undefined,
    close: () => undefined,
  };
}

function scansAndStock() {
  const scans = new Map<string, StoredScan>();
  /** Of those that wait, in the order of their numbers. */
  const waiting = new Map<string, StoredScan>();
  const counts: Record<ScanState, number> = { queued: 0, synced: 0, refused: 0, dropped: 0 };
  let lastSequence = 0;
  let lastCall = 0;
  const known = new Map<string, Known>();
  const stockAsOf = new Map<string, string>();
  const picks = new Map<string, { tasks: PickTask[]; asOf: string; inDoubt: ReadonlySet<string> }>();
  const recounts = new Map<string, { tasks: RecountTask[]; asOf: string }>();
  const items = new Map<string, Item>();
  const places = new Set<string>();
  /** What is being replaced: it goes with the last page, unless it is told again. */
  const stale = { items: new Set<string>(), places: new Set<string>() };
  let enrolment: Enrolment | undefined;
  let master: Pick<MasterDataState, 'version' | 'mark' | 'limits' | 'syncedAt'> = { version: 0 };

  function put(scan: StoredScan): StoredScan {
    const id = scan.transaction.transactionId;
    const before = scans.get(id);
    if (before) counts[before.state] -= 1;
    counts[scan.state] += 1;
    scans.set(id, scan);
    if (scan.state === 'queued') insertWaiting(id, scan);
    else waiting.delete(id);
    return scan;
  }

  /** A scan that waits again goes back to its place in the queue. */
  function insertWaiting(id: string, scan: StoredScan): void {
    const isAgain = !waiting.has(id) && scan.transaction.sequence < lastSequence;
    waiting.set(id, scan);
    if (!isAgain) return;
    const sorted = [...waiting].sort(([, one], [, other]) => bySequence(one, other));
    waiting.clear();
    for (const [key, value] of sorted) waiting.set(key, value);
  }

  function append(transaction: Transaction, replaces?: string): StoredScan {
    const transactionId = transaction.transactionId.toLowerCase();
    if (scans.has(transactionId)) throw new Error(`Scan ${transactionId} is there already`);
    lastSequence += 1;
    return put({
      transaction: { ...transaction, transactionId, sequence: lastSequence },
      state: 'queued',
      attempts: 0,
      ...(replaces !== undefined && { replaces }),
    });
  }

  function settle(settlement: Settlement, at: string): void {
    const scan = waiting.get(settlement.transactionId.toLowerCase());
    if (scan === undefined) return;
    const { transaction } = scan;
    const { state } = settlement;
    put({
      ...scan,
      ...(state === 'synced' ? { state, booked: settlement.booked } : { state, refusal: settlement.refusal }),
    });
    if (settlement.position) putTold(transaction, settlement.position, at);
    if (settlement.state !== 'synced') return;
    takeOffPick(transaction, settlement.isRepeat === true);
    takeOffRecounts(transaction);
  }

  function putTold(
    { warehouseId, itemId, locationId, lotNumber }: Transaction,
    told: NonNullable<Settlement['position']>,
    toldAt: string,
  ): void {
    const key = positionKey({ warehouseId, itemId, locationId, lotNumber });
    const before = known.get(key);
    if (before && before.version > told.version) return;
    const { onHand, version } = told;
    const reserved = before?.reserved ?? 0;
    known.set(key, { itemId, warehouseId, locationId, lotNumber, onHand, reserved, version, toldAt });
  }

  function takeOffPick(
    { type, transactionId, allocationId, quantity, closesAllocation }: Transaction,
    isRepeat: boolean,
  ): void {
    if (type !== 'pick' || allocationId === undefined) return;
    for (const list of picks.values()) {
      const isUnclear = isRepeat && list.inDoubt.has(transactionId);
      list.tasks = list.tasks.map((task) =>
        task.allocationId === allocationId
          ? { ...task, open: closesAllocation || isUnclear ? 0 : Math.max(task.open - quantity, 0) }
          : task,
      );
    }
  }

  function takeOffRecounts(transaction: Transaction): void {
    const list = recounts.get(transaction.warehouseId);
    if (transaction.type !== 'count' || list === undefined) return;
    list.tasks = list.tasks.filter((task) => positionKey(task) !== positionKey(transaction));
  }

  function backlog(): Backlog {
    const [oldest] = waiting.values();
    return { counts: { ...counts }, ...(oldest && { oldestQueuedAt: oldest.transaction.scannedAt }) };
  }

  function forgetMasterData(): void {
    items.clear();
    places.clear();
  }

  function enrol(next: Enrolment): void {
    const before = enrolment?.warehouseIds;
    enrolment = next;
    if (before && before.toSorted().join() === next.warehouseIds.toSorted().join()) return;
    forgetMasterData();
    known.clear();
    picks.clear();
    recounts.clear();
    stockAsOf.clear();
    master = { version: 0 };
  }

  function forgetStale(): void {
    for (const itemId of stale.items) items.delete(itemId);
    for (const place of stale.places) places.delete(place);
    stale.items.clear();
    stale.places.clear();
  }

  function putMasterData(page: MasterDataChanges, syncedAt: string): void {
    if (page.reset) {
      for (const itemId of items.keys()) stale.items.add(itemId);
      for (const place of places) stale.places.add(place);
    }
    for (const item of page.items) {
      items.set(item.itemId, item);
      stale.items.delete(item.itemId);
    }
    for (const { warehouseId, locationId } of page.locations) {
      places.add(`${locationId}|${warehouseId}`);
      stale.places.delete(`${locationId}|${warehouseId}`);
    }
    if (!page.hasMore) forgetStale();
    const { version, mark, limits } = page;
    master = { version, ...(mark !== undefined && { mark }), limits, syncedAt };
  }

  function positions({ warehouseIds, itemId, locationId, limit }: PositionQuery): WmsPosition[] {
    return [...known]
      .filter(([, one]) => warehouseIds.includes(one.warehouseId))
      .filter(([, one]) => itemId === undefined || one.itemId === itemId)
      .filter(([, one]) => locationId === undefined || one.locationId === locationId)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .slice(0, limit)
      .map(([, { toldAt: _, ...position }]) => position);
  }

  function forget(synced: readonly StoredScan[]): number {
    for (const { transaction } of synced) scans.delete(transaction.transactionId);
    counts.synced -= synced.length;
    return synced.length;
  }

  const queue = () => [...waiting.values()];
  return {
    append: (transaction) => append(transaction),
    scan: (transactionId) => scans.get(transactionId.toLowerCase()),
    scans: ({ state, after = Number.MAX_SAFE_INTEGER, limit }) =>
      [...scans.values()]
        .filter((scan) => scan.transaction.sequence < after && (state === undefined || scan.state === state))
        .sort((one, other) => bySequence(other, one))
        .slice(0, limit),
    queued: (most) => [...waiting.values().take(most)],
    queuedOfItem: (itemId) => queue().filter(({ transaction }) => transaction.itemId === itemId),
    queuedPicks: (warehouseId) =>
      queue().filter(
        ({ transaction }) =>
          transaction.type === 'pick' &&
          transaction.allocationId !== undefined &&
          transaction.warehouseId === warehouseId,
      ),
    backlog,
    attempted(transactionIds, above = 0) {
      for (const id of transactionIds) {
        const scan = scans.get(id.toLowerCase());
        if (scan) put({ ...scan, attempts: scan.attempts + 1 });
      }
      lastCall = Math.max(lastCall, above) + 1;
      return lastCall;
    },
    settle(settlements, at) {
      for (const settlement of settlements) settle(settlement, at);
    },
    requeue(transaction) {
      const transactionId = transaction.transactionId.toLowerCase();
      const scan = scans.get(transactionId);
      if (scan?.state !== 'refused') return false;
      const { refusal: _, ...rest } = scan;
      const { sequence } = scan.transaction;
      put({
        ...rest,
        transaction: { ...transaction, transactionId, sequence },
        state: 'queued',
        attempts: 0,
      });
      return true;
    },
    drop(transactionId, dropped, replacement) {
      const scan = scans.get(transactionId.toLowerCase());
      if (scan?.state !== 'refused') return undefined;
      if (replacement) append(replacement, scan.transaction.transactionId);
      const replacedBy = replacement && { replacedBy: replacement.transactionId.toLowerCase() };
      return put({ ...scan, state: 'dropped', dropped, ...replacedBy });
    },
    makeRoom(leave = 0) {
      const oldest = [...scans.values()].filter(({ state }) => state === 'synced').sort(bySequence);
      return forget(oldest.slice(0, Math.max(Math.min(200, oldest.length - leave), 0)));
    },
    purgeSynced(scannedBefore) {
      const old = [...scans.values()].filter(
        ({ state, transaction }) => state === 'synced' && transaction.scannedAt < scannedBefore,
      );
      return forget(old);
    },
    enrolment: () => enrolment,
    enrol,
    masterData: () => ({ ...master, items: items.size, locations: places.size }),
    putMasterData,
    item: (itemId) => items.get(itemId),
    itemsOfCode: (code) =>
      [...items.values()]
        .filter(
          ({ itemId, barcodes = [] }) => itemId === code || barcodes.some((one) => isSameCode(one, code)),
        )
        .sort((one, other) => (one.itemId < other.itemId ? -1 : 1)),
    hasLocation: ({ warehouseId, locationId }) => places.has(`${locationId}|${warehouseId}`),
    placesOf: (locationId) =>
      [...places]
        .filter((place) => place.startsWith(`${locationId}|`))
        .sort()
        .map((place) => ({ warehouseId: place.slice(locationId.length + 1), locationId })),
    putPositions(told, toldAt) {
      for (const position of told) known.set(positionKey(position), { ...position, toldAt });
    },
    finishStock(warehouseId, startedAt) {
      for (const [key, one] of known)
        if (one.warehouseId === warehouseId && one.toldAt < startedAt) known.delete(key);
      stockAsOf.set(warehouseId, startedAt);
    },
    positions,
    stockAsOf: (warehouseId) => stockAsOf.get(warehouseId),
    putPickList: (warehouseId, tasks, asOf) => {
      const underWay = queue().filter(({ attempts }) => attempts > 0);
      const inDoubt = new Set(underWay.map(({ transaction }) => transaction.transactionId));
      picks.set(warehouseId, { tasks: [...tasks], asOf, inDoubt });
    },
    pickList(warehouseId) {
      const list = picks.get(warehouseId);
      const tasks = (list?.tasks ?? []).filter(({ open }) => open > 0);
      return { tasks, ...(list && { asOf: list.asOf }) };
    },
    putRecounts: (warehouseId, tasks, asOf) => {
      recounts.set(warehouseId, { tasks: [...tasks], asOf });
    },
    recounts: (warehouseId) => recounts.get(warehouseId) ?? { tasks: [] },
  } satisfies Partial<DeviceStore>;
}

function signIns() {
  const remembered = new Map<string, RememberedSignIn>();
  let session: SignedIn | undefined;
  let latestTime: string | undefined;
  let kept: unknown;
  return {
    session: () => session,
    putSession: (user) => {
      session = user;
      kept = undefined;
    },
    form: () => kept,
    putForm: (form) => {
      kept = form;
    },
    latestTime: () => latestTime,
    putLatestTime: (at) => {
      latestTime = at;
    },
    remembered: (badge) => remembered.get(badge),
    remember: (signIn) => {
      remembered.set(signIn.badge, signIn);
    },
    forgetSignIns(validUntilBefore) {
      for (const [badge, { user }] of remembered)
        if (user.validUntil < validUntilBefore) remembered.delete(badge);
    },
  } satisfies Partial<DeviceStore>;
}

function bySequence(one: StoredScan, other: StoredScan): number {
  return one.transaction.sequence - other.transaction.sequence;
}

/** Sorts by warehouse, item, location, lot: nothing sorts before the separator. */
function positionKey({
  warehouseId,
  itemId,
  locationId,
  lotNumber,
}: Pick<WmsPosition, 'warehouseId' | 'itemId' | 'locationId' | 'lotNumber'>): string {
  return [warehouseId, itemId, locationId, lotNumber ?? ''].join('\u0001');
}

function isSameCode(one: string, other: string): boolean {
  return (gtinOf(one) ?? one) === (gtinOf(other) ?? other);
}
