import type { DatabaseSync } from 'node:sqlite';
import type { TransactionResult } from '../../../shared/contracts/transaction.ts';
import { onHandOf, shortfallOf } from '../../../shared/domain/ledger.ts';
import {
  type BookingFound,
  type BookingLookup,
  type BookingWrites,
  deltaSumKey,
  type ItemWarehouse,
  type LedgerResult,
  locationKeyText,
  type PositionKey,
  type PositionState,
  positionKeyText,
} from '../database.ts';
import { createAllocationStore } from './allocation-store.ts';
import { createMessageStore } from './message-store.ts';
import { createStockStore } from './stock-store.ts';

/** The reads and writes of a booking, to be called inside one transaction. */
export interface BookingStore {
  read(lookup: BookingLookup): BookingFound;
  /** What was found, and the open allocations of these as well. */
  readMore(found: BookingFound, openAllocationsOf: readonly ItemWarehouse[]): BookingFound;
  /** `day` is that of the lookup. */
  write(day: string, writes: BookingWrites): void;
}

interface PositionRow {
  position_id: number;
  on_hand: number;
  shortfall: number;
  version: number;
  count_key: string | null;
}

interface LedgerRow {
  body_hash: string;
  outcome: TransactionResult['outcome'];
  on_hand: number;
  version: number;
}

export function createBookingStore(connection: DatabaseSync): BookingStore {
  const sql = prepareStatements(connection);
  const allocations = createAllocationStore(connection);
  const stocks = createStockStore(connection);
  const messages = createMessageStore(connection);
  const rowOf = (key: PositionKey) => sql.position.get(...columnsOf(key)) as PositionRow | undefined;

  function readPositions(keys: readonly PositionKey[]): Map<string, PositionState> {
    const found = new Map<string, PositionState>();
    for (const key of keys) {
      const row = rowOf(key);
      if (row) {
        const { count_key: countKey, version } = row;
        found.set(positionKeyText(key), { countKey, raw: row.on_hand - row.shortfall, version });
      }
    }
    return found;
  }

  function readLedger(transactionIds: readonly string[]): Map<string, LedgerResult> {
    const found = new Map<string, LedgerResult>();
    for (const id of transactionIds) {
      const row = sql.ledger.get(id) as LedgerRow | undefined;
      if (row) {
        const { outcome, version } = row;
        found.set(id, { bodyHash: row.body_hash, outcome, onHand: row.on_hand, version });
      }
    }
    return found;
  }

  function readDeltaSums(counts: BookingLookup['counts']): Map<string, number> {
    const found = new Map<string, number>();
    for (const { position, scanKey } of counts) {
      const row = rowOf(position);
      if (row) {
        const { total } = sql.deltaSum.get(row.position_id, scanKey) as { total: number };
        found.set(deltaSumKey(position, scanKey), total);
      }
    }
    return found;
  }

  function readMasterData({
    positions: keys,
    demands,
  }: BookingLookup): Pick<BookingFound, 'items' | 'locations' | 'warehouses'> {
    const exists = (statement: typeof sql.item, ...id: string[]) => statement.get(...id) !== undefined;
    const items = new Set([...keys, ...demands].map((key) => key.itemId));
    const warehouses = new Set(keys.map((key) => key.warehouseId));
    const locations = new Map(keys.map((key) => [locationKeyText(key.warehouseId, key.locationId), key]));
    return {
      items: new Set(items.values().filter((id) => exists(sql.item, id))),
      warehouses: new Set(warehouses.values().filter((id) => exists(sql.warehouse, id))),
      locations: new Set(
        locations
          .entries()
          .filter(([, key]) => exists(sql.location, key.warehouseId, key.locationId))
          .map(([text]) => text),
      ),
    };
  }

  return {
    read(lookup) {
      const ofAllocations = allocations.read(lookup.allocationIds, lookup.orders);
      const countedPositions = stocks.readCounted(lookup.countLockIds);
      return {
        lastEventNumber: messages.lastEventNumber(lookup.day),
        ledger: readLedger(lookup.transactionIds),
        positions: readPositions([...lookup.positions, ...[...countedPositions.values()].flat()]),
        countedPositions,
        deltaSums: readDeltaSums(lookup.counts),
        ...ofAllocations,
        openOfStock: new Map(),
        // An id that is used again may name another item than the allocation has.
        stocks: stocks.read([...lookup.stocks, ...ofAllocations.allocations.values()]),
        ...stocks.readLocked(lookup),
        ...readMasterData(lookup),
      };
    },

    readMore(found, openAllocationsOf) {
      const more = allocations.readOpen(openAllocationsOf);
      return {
        ...found,
        allocations: new Map([...found.allocations, ...more.allocations]),
        openOfStock: new Map([...found.openOfStock, ...more.openOfStock]),
      };
    },

    write(day, writes) {
      const positionIds = new Map<string, number>();
      for (const { key, state } of writes.positions) {
        const figures = [onHandOf(state), shortfallOf(state), state.version, state.countKey];
        const row = sql.putPosition.get(...columnsOf(key), ...figures) as { position_id: number };
        positionIds.set(positionKeyText(key), row.position_id);
      }
      for (const { position, scanKey, quantity } of writes.deltas) {
        sql.addDelta.run(positionIds.get(positionKeyText(position)) ?? null, scanKey, quantity);
      }
      for (const { transaction, bodyHash, outcome, onHand, version, committedAt } of writes.ledger) {
        const id = transaction.transactionId.toLowerCase();
        sql.addLedger.run(id, bodyHash, outcome, onHand, version, committedAt, JSON.stringify(transaction));
      }
      stocks.write(writes);
      allocations.write(writes.allocations);
      messages.write(day, writes.lastEventNumber, writes.messages);
    },
  };
}

function columnsOf(key: PositionKey): [string, string, string, string] {
  return [key.warehouseId, key.itemId, key.locationId, key.lotNumber ?? ''];
}

function prepareStatements(connection: DatabaseSync) {
  const prepare = (text: string) => connection.prepare(text);
  return {
    position: prepare(`SELECT position_id, on_hand, shortfall, version, count_key FROM position
      WHERE warehouse_id = ? AND item_id = ? AND location_id = ? AND lot_number = ?`),
    ledger: prepare('SELECT body_hash, outcome, on_hand, version FROM ledger WHERE transaction_id = ?'),
    deltaSum: prepare(
      'SELECT coalesce(sum(quantity), 0) AS total FROM delta WHERE position_id = ? AND scan_key > ?',
    ),
    item: prepare('SELECT 1 FROM item WHERE item_id = ?'),
    warehouse: prepare('SELECT 1 FROM warehouse WHERE warehouse_id = ?'),
    location: prepare('SELECT 1 FROM location WHERE warehouse_id = ? AND location_id = ?'),
    putPosition: prepare(`INSERT INTO position
      (warehouse_id, item_id, location_id, lot_number, on_hand, shortfall, version, count_key)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (warehouse_id, item_id, location_id, lot_number) DO UPDATE SET
        on_hand = excluded.on_hand, shortfall = excluded.shortfall,
        version = excluded.version, count_key = excluded.count_key
      RETURNING position_id`),
    addDelta: prepare('INSERT INTO delta (position_id, scan_key, quantity) VALUES (?, ?, ?)'),
    addLedger: prepare(`INSERT INTO ledger
      (transaction_id, body_hash, outcome, on_hand, version, committed_at, body) VALUES (?, ?, ?, ?, ?, ?, ?)`),
  };
}
