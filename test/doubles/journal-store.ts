import type { InventoryEvent } from '../../shared/contracts/inventory-event.ts';
import { positionKey } from '../../shared/domain/position.ts';
import type { StockKey } from '../../shared/domain/stock.ts';
import type { JournalEntry, JournalledEvent, JournalStore } from '../../shared/ports/journal-store.ts';
import {
  correctionFromRow,
  fromRow,
  rowKeyStem,
  rowKeysOf,
  timesFromRow,
  toRow,
} from '../../shared/storage/journal-row.ts';
import { timesKey } from '../../shared/storage/times-row.ts';
import { sealed } from './sealed.ts';
import { type AskFault, throwFault, writeUnder } from './store-faults.ts';

export type InMemoryJournal = JournalStore & {
  /** Set to make every call fail. */
  away: boolean;
  /** Set it to bring faults. */
  fault: AskFault<keyof JournalStore>;
  /** How many rows are kept: events, corrections, times and refusals. */
  rowCount(): number;
  /** The events of a stock as they were appended, frozen, in the order of their first appending. */
  eventsOf(key: StockKey): readonly InventoryEvent[];
  /** Loses the rows of these events, as a killed Azurite does. */
  lose(wanted: (event: InventoryEvent) => boolean): void;
};

type Row = ReturnType<typeof toRow>;

/** What is kept of a stock; `ordered` are the events in the order of their rows' keys, absent until somebody reads. */
type StockJournal = StockKey & {
  readonly events: Map<string, InventoryEvent>;
  ordered: readonly InventoryEvent[] | undefined;
  readonly corrections: Map<string, Row>;
  readonly times: Map<string, Row>;
};

const EVENTS_PER_PAGE = 100;

/**
 * The journal in memory, with the rows and keys of the real one. They are made when somebody reads: to append an event
 * costs little.
 */
export function inMemoryJournal(): InMemoryJournal {
  const warehouses = new Map<string, Map<string, StockJournal>>();
  const refusals = new Map<string, Row>();

  const known = ({ itemId, warehouseId }: StockKey) => warehouses.get(warehouseId)?.get(itemId);
  function stockJournal({ itemId, warehouseId }: StockKey): StockJournal {
    const stocks = warehouses.get(warehouseId) ?? new Map<string, StockJournal>();
    const stock = stocks.get(itemId) ?? {
      ...{ itemId, warehouseId, events: new Map(), ordered: undefined },
      ...{ corrections: new Map(), times: new Map() },
    };
    warehouses.set(warehouseId, stocks.set(itemId, stock));
    return stock;
  }

  function append(entry: JournalEntry): void {
    if (entry.kind === 'event') {
      appendEvent(stockJournal(entry.event), entry.event, entry.takenAt);
      return;
    }
    const row = toRow(entry);
    if (entry.kind === 'refusal') refusals.set(`${row.partitionKey}\n${row.rowKey}`, row);
    else if (entry.kind === 'times') stockJournal(entry.times).times.set(row.rowKey, row);
    else stockJournal(entry.correction).corrections.set(row.rowKey, row);
  }

  /** The stocks of these warehouses, by warehouse and item. */
  const stocksOf = (wanted: Iterable<string>) =>
    [...new Set(wanted)]
      .sort()
      .flatMap((warehouseId) => [...(warehouses.get(warehouseId)?.values() ?? [])].sort(byItem));
  const all = () => [...warehouses.values()].flatMap((stocks) => [...stocks.values()]);
  const ask = (kind: keyof JournalStore) => {
    if (journal.away) return AWAY;
    return journal.fault?.(kind);
  };

  const journal: InMemoryJournal = {
    away: false,
    fault: undefined,
    rowCount: () =>
      all().reduce(
        (sum, { events, corrections, times }) => sum + events.size + corrections.size + times.size,
        refusals.size,
      ),
    eventsOf: (key) => [...(known(key)?.events.values() ?? [])],
    lose: (wanted) => {
      for (const stock of all())
        for (const [name, event] of stock.events)
          if (wanted(event)) {
            stock.events.delete(name);
            stock.ordered = undefined;
          }
    },
    append: async (entries) => writeUnder(ask('append'), () => entries.forEach(append)),
    async *readEvents(wanted) {
      throwFault(ask('readEvents'));
      const events = stocksOf(wanted).flatMap(inOrder);
      for (let start = 0; start < events.length; start += EVENTS_PER_PAGE)
        yield events.slice(start, start + EVENTS_PER_PAGE);
    },
    readCorrections: async (key) => {
      throwFault(ask('readCorrections'));
      const corrections = [...(known(key)?.corrections ?? [])];
      return corrections.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => correctionFromRow(row));
    },
    async *correctedStocks(wanted) {
      throwFault(ask('correctedStocks'));
      const corrected = stocksOf(wanted).filter(({ corrections }) => corrections.size > 0);
      const keys = corrected.map(({ itemId, warehouseId }) => ({ itemId, warehouseId }));
      if (keys.length > 0) yield keys;
    },
    async *readTimes(key, since) {
      throwFault(ask('readTimes'));
      const rows = [...(known(key)?.times ?? [])].filter(([rowKey]) => rowKey >= timesKey(key.itemId, since));
      for (const [, row] of rows.sort(([a], [b]) => (a < b ? -1 : 1))) yield timesFromRow(row);
    },
    readHistory: async (range, { from = '', limit }) => {
      throwFault(ask('readHistory'));
      const { first, end } = rowKeysOf(range);
      const stock = known(range);
      return (stock ? inOrder(stock).map(rowOf) : [])
        .filter(({ key }) => key >= first && key >= from && key < end)
        .filter(({ event }) => range.eventType === undefined || event.eventType === range.eventType)
        .slice(0, limit);
    },
  };
  return journal;
}

const AWAY = { status: 'unavailable', detail: 'the journal does not answer' } as const;

/** Two different events may claim one id and version: both are kept, as in the real journal, where a digest tells them apart. */
function appendEvent(stock: StockJournal, event: InventoryEvent, takenAt: number | undefined): void {
  const { version, timestamp, eventId } = event;
  let name = `${positionKey(event)}|${version ?? timestamp}|${eventId}`;
  const held = stock.events.get(name);
  if (held) {
    const json = JSON.stringify(event);
    if (JSON.stringify(held) === json) return;
    name = `${name}|${json}`;
  }
  const kept = sealed(event);
  if (takenAt !== undefined) taken.set(kept, takenAt);
  stock.events.set(name, kept);
  stock.ordered = undefined;
}

/** As the real journal reads them: the keys of their rows decide, mostly without the digest that takes time to make. */
function inOrder(stock: StockJournal): readonly InventoryEvent[] {
  stock.ordered ??= [...stock.events.values()]
    .map((event) => ({ event, stem: rowKeyStem(event) }))
    .sort((a, b) => compare(a.stem, b.stem) || compare(rowOf(a.event).key, rowOf(b.event).key))
    .map(({ event }) => event);
  return stock.ordered;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The rows that were made; an event is appended once and read often. */
const made = new WeakMap<InventoryEvent, JournalledEvent>();
/** When the bus took them first. Milliseconds UTC. */
const taken = new WeakMap<InventoryEvent, number>();

function rowOf(event: InventoryEvent): JournalledEvent {
  const known = made.get(event);
  if (known) return known;
  const row = toRow({ kind: 'event', event });
  const takenAt = taken.get(event);
  const journalled = {
    ...{ key: String(row.rowKey), event: fromRow(row) },
    ...(takenAt !== undefined && { takenAt }),
  };
  made.set(event, journalled);
  return journalled;
}

function byItem(a: StockKey, b: StockKey): number {
  return `${a.itemId}|` < `${b.itemId}|` ? -1 : 1;
}
