import type { InventoryEvent } from '../../shared/contracts/inventory-event.ts';
import type { JournalEntry, JournalStore } from '../../shared/ports/journal-store.ts';
import { StoreUnavailable } from '../../shared/ports/stock-store.ts';
import { correctionPartition } from '../../shared/storage/correction-row.ts';
import { correctionFromRow, fromRow, rowKeysOf, toRow } from '../../shared/storage/journal-row.ts';

export type InMemoryJournal = JournalStore & {
  /** Set to make every call fail. */
  away: boolean;
  /** How many rows are kept: events, corrections and refusals. */
  rowCount(): number;
  /** Loses the rows of these events, as a killed Azurite does. */
  lose(wanted: (event: InventoryEvent) => boolean): void;
};

const EVENTS_PER_PAGE = 100;

/** The journal in memory, with the rows and keys of the real one. */
export function inMemoryJournal(): InMemoryJournal {
  const rows = new Map<string, { row: ReturnType<typeof toRow>; kind: JournalEntry['kind'] }>();
  const journal: InMemoryJournal = {
    away: false,
    rowCount: () => rows.size,
    lose: (wanted) => {
      for (const [name, { row, kind }] of rows)
        if (kind === 'event' && wanted(fromRow(row))) rows.delete(name);
    },
    append: async (entries) => {
      refuseWhenAway();
      for (const entry of entries) {
        const row = toRow(entry);
        rows.set(`${row.partitionKey}\n${row.rowKey}`, { row, kind: entry.kind });
      }
    },
    async *readEvents(warehouses) {
      refuseWhenAway();
      const wanted = new Set(warehouses);
      const events = [...rows]
        .filter(([, { kind }]) => kind === 'event')
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, { row }]) => fromRow(row))
        .filter(({ warehouseId }) => wanted.has(warehouseId));
      for (let start = 0; start < events.length; start += EVENTS_PER_PAGE) {
        yield events.slice(start, start + EVENTS_PER_PAGE);
      }
    },
    readCorrections: async (key) => {
      refuseWhenAway();
      const { first, end } = rowKeysOf(key);
      return correctionRows([key.warehouseId])
        .filter(({ rowKey }) => rowKey >= first && rowKey < end)
        .map(correctionFromRow);
    },
    async *correctedStocks(warehouses) {
      refuseWhenAway();
      const keys = correctionRows(warehouses).map((row) => {
        const { itemId, warehouseId } = correctionFromRow(row);
        return { itemId, warehouseId };
      });
      const distinct = new Map(keys.map((key) => [`${key.itemId}|${key.warehouseId}`, key]));
      if (distinct.size > 0) yield [...distinct.values()];
    },
    readHistory: async (range, { from = '', limit }) => {
      refuseWhenAway();
      const { first, end } = rowKeysOf(range);
      return [...rows.values()]
        .filter(({ kind, row }) => kind === 'event' && row.partitionKey === range.warehouseId)
        .map(({ row }) => ({ key: row.rowKey, event: fromRow(row) }))
        .filter(({ key }) => key >= first && key >= from && key < end)
        .filter(({ event }) => range.eventType === undefined || event.eventType === range.eventType)
        .sort((a, b) => (a.key < b.key ? -1 : 1))
        .slice(0, limit);
    },
  };
  function correctionRows(warehouses: Iterable<string>): ReturnType<typeof toRow>[] {
    const partitions = new Set([...warehouses].map(correctionPartition));
    return [...rows]
      .filter(([, { kind, row }]) => kind === 'correction' && partitions.has(row.partitionKey))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { row }]) => row);
  }
  function refuseWhenAway(): void {
    if (journal.away) throw new StoreUnavailable('the journal does not answer');
  }
  return journal;
}
