import { availableToPromise } from '../../../shared/domain/atp.ts';
import type { OrderLine } from '../../../shared/domain/order-line.ts';
import type { Stock, StockKey } from '../../../shared/domain/stock.ts';
import type { AllocationStore, ItemChange } from '../../../shared/ports/allocation-store.ts';
import type { AllocationSweep } from '../../../shared/ports/allocation-sweep.ts';
import type { JournalStore } from '../../../shared/ports/journal-store.ts';
import type { OrderStore } from '../../../shared/ports/order-store.ts';
import type { QuarantineStore } from '../../../shared/ports/quarantine-store.ts';
import type { StockStore, StoreFailure } from '../../../shared/ports/stock-store.ts';
import { type InMemoryAllocation, inMemoryAllocation } from '../../doubles/allocation-store.ts';
import { type InMemoryAllocationSweep, inMemoryAllocationSweep } from '../../doubles/allocation-sweep.ts';
import type { InMemoryJournal } from '../../doubles/journal-store.ts';
import { type InMemoryOrders, inMemoryOrders } from '../../doubles/order-store.ts';
import { type InMemoryPlanning, inMemoryPlanning } from '../../doubles/planning-store.ts';
import type { InMemoryQuarantine } from '../../doubles/quarantine-store.ts';
import { type InMemoryStock, inMemoryStock } from '../../doubles/stock-store.ts';
import { type InMemoryWatch, inMemoryWatch } from '../../doubles/watched-items.ts';
import { type Call, unreliable } from '../calls.ts';
import type { Faults } from '../faults.ts';
import type { World } from '../world.ts';
import { type Session, type Sessions, sessionsOf } from './sessions.ts';

/** Documents, and what is kept beside them, as they are in the cloud. */
export type Stores = {
  readonly stock: InMemoryStock;
  readonly allocation: InMemoryAllocation;
  readonly orders: InMemoryOrders;
  readonly sweep: InMemoryAllocationSweep;
  readonly planning: InMemoryPlanning;
  readonly watch: InMemoryWatch;
  readonly sessions: Sessions;
};

export function openStores(world: World, faults: Faults): Stores {
  const sessions = sessionsOf(world, faults);
  const stock = inMemoryStock({ now: world.now, keepOperations: false, view: sessions });
  const orders = inMemoryOrders({ now: world.now });
  const stores: Stores = {
    ...{ stock, orders, sessions },
    allocation: inMemoryAllocation(stock.items),
    sweep: inMemoryAllocationSweep(stock.items, orders),
    planning: inMemoryPlanning(stock.items),
    watch: inMemoryWatch(stock.items),
  };
  trouble(stores, world, faults);
  return stores;
}

/** A storm of conflicts lasts so many milliseconds. */
const STORM_MS = 2_000;

/** Lets the stores fail as Cosmos DB does, whoever asks. */
function trouble(stores: Stores, world: World, faults: Faults): void {
  const chance = world.chance.stream('stores');
  const stormUntil = new Map<string, number>();
  const refusal = (): StoreFailure | undefined => {
    if (faults.happens('throttled'))
      return { status: 'throttled', detail: '429', retryAfterMs: chance.between(1, 1_000) };
    return faults.happens('store-away') ? { status: 'unavailable', detail: '503' } : undefined;
  };
  const writing = () => refusal() ?? (faults.happens('answer-lost') ? 'answer-lost' : undefined);
  const { stock, allocation, orders, sweep, planning, watch } = stores;
  stock.fault = ({ kind }) => (kind === 'write' || kind === 'write-with-overflow' ? writing() : refusal());
  allocation.fault = ({ kind }) => (kind === 'commit' ? writing() : refusal());
  orders.fault = ({ kind }) => (kind === 'read' ? refusal() : writing());
  sweep.fault = refusal;
  planning.fault = ({ kind }) => (/^(set|write|create)/.test(kind) ? writing() : refusal());
  watch.fault = refusal;
  stock.beforeWrite = ({ itemId, warehouseId }) => {
    const name = `${itemId}|${warehouseId}`;
    if (faults.happens('conflict-storm')) stormUntil.set(name, world.now() + STORM_MS);
    if (faults.areOver() || (stormUntil.get(name) ?? 0) < world.now()) return;
    const stored = stock.stock({ itemId, warehouseId });
    // The same again, under another etag.
    if (stored) stock.put(stored);
  };
}

/** The stock store as a process reaches it. */
export function stockStoreBy(
  call: Call,
  session: Session,
  { store, stock }: InMemoryStock,
  onWrite: (stock: Stock) => void,
): StockStore {
  // Whatever the answer was: what stands there now was written, unless it stood there before.
  const watched = async <Answer>(
    keys: readonly StockKey[],
    write: () => Promise<Answer>,
  ): Promise<Answer> => {
    const before = keys.map(stock);
    const answer = await write();
    for (const [index, key] of keys.entries()) {
      const after = stock(key);
      if (after && after !== before[index]) onWrite(after);
    }
    return answer;
  };
  return {
    read: (keys) => call(`${keys.length} stocks are read`, () => session.reading(() => store.read(keys))),
    write: (writes) =>
      call(`${writes.length} stocks are written`, () =>
        watched(
          writes.map(({ stock }) => stock),
          () =>
            session.writing(
              writes.map(({ stock }) => stock.itemId),
              () => store.write(writes),
            ),
        ),
      ),
    readOverflow: (key) => call('an overflow is read', () => session.reading(() => store.readOverflow(key))),
    writeWithOverflow: (write, overflow) =>
      call('a stock is written with its overflow', () =>
        watched([write.stock], () =>
          session.writing([write.stock.itemId], () => store.writeWithOverflow(write, overflow)),
        ),
      ),
  };
}

/** The journal as a process reaches it. */
export function journalBy(call: Call, journal: InMemoryJournal, faults: Faults): JournalStore {
  const ask = unreliable(call, faults, 'storage-away', 'the journal');
  return {
    ...journal,
    append: (entries) =>
      ask(`${entries.length} entries are appended to the journal`, () => journal.append(entries)),
    readHistory: (...args) => ask('a history is read', () => journal.readHistory(...args)),
    readCorrections: (key) => ask('corrections are read', () => journal.readCorrections(key)),
  };
}

/** The quarantine as a process reaches it. */
export function quarantineBy(call: Call, quarantine: InMemoryQuarantine, faults: Faults): QuarantineStore {
  return {
    ...quarantine,
    park: (messages) =>
      call(`${messages.length} messages are parked`, async () => {
        if (faults.happens('storage-away'))
          return messages.map((message) => ({ ...message, failure: 'the quarantine does not answer' }));
        return quarantine.park(messages);
      }),
  };
}

/** What a change met: ATP by warehouse, and its lines. */
export type BeforeCommit = {
  readonly free: ReadonlyMap<string, number>;
  readonly lines: readonly (OrderLine | undefined)[];
};

/** Told of every change of lines that was tried; of one that was stored, with what was there before it. */
export type OnCommit = (change: ItemChange, before: BeforeCommit | undefined) => void;

/** The lines and totals as a process reaches them. */
export function allocationStoreBy(
  call: Call,
  session: Session,
  { store }: InMemoryAllocation,
  { items }: Pick<InMemoryStock, 'items'>,
  onCommit: OnCommit,
): AllocationStore {
  const freeOf = ({ itemId, totals }: ItemChange) =>
    new Map(
      totals.flatMap(({ warehouseId }) => {
        const kept = items.partition(itemId)?.stocks.get(warehouseId);
        return kept ? [[warehouseId, availableToPromise(kept.value)] as const] : [];
      }),
    );
  const read = <Answer>(what: string, perform: () => Promise<Answer>) =>
    call(what, () => session.reading(perform));
  return {
    readItem: (itemId) => read('an item is read', () => store.readItem(itemId)),
    readWaiting: (...args) => read('waiting lines are read', () => store.readWaiting(...args)),
    readUnsettled: (...args) => read('unsettled lines are read', () => store.readUnsettled(...args)),
    readLinesOfItem: (itemId) => read('the lines of an item are read', () => store.readLinesOfItem(itemId)),
    readLines: async (keys) =>
      keys.length === 0 ? [] : read(`${keys.length} lines are read`, () => store.readLines(keys)),
    commit: (change) =>
      call('lines are committed', async () => {
        const lines = change.lines.map(({ line }) => items.line(line)?.value);
        const before = { free: freeOf(change), lines };
        const outcome = await session.writing([change.itemId], () => store.commit(change));
        onCommit(change, outcome.status === 'stored' ? before : undefined);
        return outcome;
      }),
  };
}

/** Every method as a call of a process. */
export function orderStoreBy(call: Call, { store }: InMemoryOrders): OrderStore {
  return {
    read: (kind, orderId) => call('an order is read', () => store.read(kind, orderId)),
    create: (order) => call('an order is created', () => store.create(order)),
    replace: (order, etag) => call('an order is replaced', () => store.replace(order, etag)),
  };
}

/** Reads page by page at once: a sweep is no transaction. */
export function sweepBy(call: Call, { sweep }: InMemoryAllocationSweep): AllocationSweep {
  return {
    unsettledLines: (...args) => call('unsettled lines are swept', () => sweep.unsettledLines(...args)),
    dueOrders: (...args) => call('due orders are swept', () => sweep.dueOrders(...args)),
    ordersAskedFor: (...args) => call('new orders are swept', () => sweep.ordersAskedFor(...args)),
    async *waitingItems() {
      yield* await call('waiting items are swept', () => allOf(sweep.waitingItems()));
    },
  };
}

async function allOf<Page>(pages: AsyncIterable<Page>): Promise<Page[]> {
  const all: Page[] = [];
  for await (const page of pages) all.push(page);
  return all;
}
