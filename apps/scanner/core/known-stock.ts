import type { WmsPosition } from '../../../shared/contracts/position.ts';
import type { AdapterClient, Answer, PageOf } from './adapter-client.ts';
import type { DeviceStore } from './device-store.ts';
import { loadPages } from './load-pages.ts';
import type { KnownStock, PickTask, StockQuery, TaskList } from './scanner-device.ts';
import { type PositionKey, withWaiting } from './waiting-stock.ts';

/** Milliseconds for which a person waits for what the server knows. */
const PATIENCE_MS = 3_000;
const LIST_PATIENCE_MS = 10_000;

/** Positions that are shown at once. */
const MOST_POSITIONS = 1_000;
/** Attempts to hear the server between two bookings. */
const MOST_ATTEMPTS = 3;

export type KnownStockParts = {
  readonly store: DeviceStore;
  readonly client: Pick<AdapterClient, 'positions' | 'pickList'>;
  /** ISO 8601 UTC. */
  readonly now: () => string;
  readonly isOffline: () => boolean;
  readonly within: <Result>(work: Promise<Result>, ms: number) => Promise<Result | undefined>;
};

/** Last known stock with what waits; the server's, where it answers in time. */
export async function knownStock(parts: KnownStockParts, query: StockQuery): Promise<KnownStock> {
  const { store, now, within, isOffline } = parts;
  const enrolled = store.session()?.warehouseIds ?? store.enrolment()?.warehouseIds ?? [];
  const warehouseIds = query.warehouseId === undefined ? enrolled : [query.warehouseId];
  const isLive = !isOffline() && (await within(refresh(parts, warehouseIds, query), PATIENCE_MS)) === true;
  const told = store.positions({ ...query, warehouseIds, limit: MOST_POSITIONS });
  const queue =
    query.itemId === undefined ? store.queued(Number.MAX_SAFE_INTEGER) : store.queuedOfItem(query.itemId);
  const isAsked = (key: PositionKey) =>
    warehouseIds.includes(key.warehouseId) &&
    (query.itemId === undefined || key.itemId === query.itemId) &&
    (query.locationId === undefined || key.locationId === query.locationId);
  const positions = withWaiting(
    told,
    queue.map(({ transaction }) => transaction),
    isAsked,
  );
  const asOf = isLive ? now() : oldest(warehouseIds.map((warehouseId) => store.stockAsOf(warehouseId)));
  return { positions, isLive, ...(asOf !== undefined && { asOf }) };
}

/** Whether all warehouses told all that was asked for. */
async function refresh(
  { store, client, now }: KnownStockParts,
  warehouseIds: readonly string[],
  { itemId, locationId }: StockQuery,
): Promise<boolean> {
  const narrow = { ...(itemId !== undefined && { itemId }), ...(locationId !== undefined && { locationId }) };
  let isComplete = false;
  const isTaken = await takeBetweenBookings(
    store,
    () => Promise.all(warehouseIds.map((warehouseId) => client.positions({ warehouseId, ...narrow }))),
    (answers) => {
      for (const answer of answers)
        if (answer.kind === 'answered') store.putPositions(answer.body.rows, now());
      isComplete = answers.length > 0 && answers.every(isWhole);
    },
  );
  return isTaken && isComplete;
}

/** Not the first page of more. */
function isWhole(answer: Answer<PageOf<WmsPosition>>): boolean {
  return answer.kind === 'answered' && answer.body.next === undefined;
}

/**
 * Takes what the server tells while none of this device's scans is booked: of an answer that crosses a booking nobody knows whether
 * it tells of it already. False where it did not answer, or scans are booked all the time.
 */
async function takeBetweenBookings<Told>(
  store: DeviceStore,
  ask: () => Promise<Told | undefined>,
  take: (told: Told) => void,
): Promise<boolean> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    const before = store.backlog().counts.synced;
    const told = await ask();
    if (told === undefined) return false;
    if (store.backlog().counts.synced !== before) continue;
    take(told);
    return true;
  }
  return false;
}

/** Undefined where one of them is. */
function oldest(instants: readonly (string | undefined)[]): string | undefined {
  return instants.includes(undefined) ? undefined : instants.toSorted()[0];
}

/** What is to be picked, without what waits on this device. */
export async function knownPickList(
  parts: KnownStockParts,
  warehouseId: string,
): Promise<TaskList<PickTask>> {
  const { store, client, now } = parts;
  const isLive = await hearList(
    parts,
    (after) => client.pickList(warehouseId, after),
    (loaded) => store.putPickList(warehouseId, loaded, now()),
  );
  const { asOf } = store.pickList(warehouseId);
  return { tasks: toBePicked(store, warehouseId), isLive, ...(asOf !== undefined && { asOf }) };
}

/** The pick list as it was told last, without what waits on this device. */
export function toBePicked(
  store: Pick<KnownStockParts['store'], 'pickList' | 'queuedPicks'>,
  warehouseId: string,
): readonly PickTask[] {
  const queue = store.queuedPicks(warehouseId).map(({ transaction }) => transaction);
  const open = store.pickList(warehouseId).tasks.map((task) => {
    const picks = queue.filter(({ allocationId }) => allocationId === task.allocationId);
    const picked = picks.reduce((sum, { quantity }) => sum + quantity, 0);
    const isClosed = picks.some(({ closesAllocation }) => closesAllocation === true);
    return { ...task, open: isClosed ? 0 : task.open - picked };
  });
  return open.filter((task) => task.open > 0);
}

/** Whether the server told a whole list in time, which is taken over then. */
export async function hearList<Row>(
  { store, within, isOffline }: Pick<KnownStockParts, 'store' | 'within' | 'isOffline'>,
  load: (after?: string) => Promise<Answer<PageOf<Row>>>,
  take: (loaded: readonly Row[]) => void,
): Promise<boolean> {
  if (isOffline()) return false;
  const ask = async () => {
    const answer = await loadPages(load);
    return answer.kind === 'answered' ? answer.body.rows : undefined;
  };
  return (await within(takeBetweenBookings(store, ask, take), LIST_PATIENCE_MS)) === true;
}
