import type { InventoryEvent } from '../../shared/contracts/inventory-event.ts';
import type { Reservation, UnreadableReservation } from '../../shared/domain/compare-reservations.ts';
import { positionKey } from '../../shared/domain/position.ts';
import type { StockKey } from '../../shared/domain/stock.ts';
import type { UnreadableRow, WmsPosition, WmsStock } from '../../shared/domain/wms-stock.ts';
import { isSameTransaction, type WmsSql, WmsUnavailable } from '../../shared/ports/wms-sql.ts';
import { someEvent, unique } from './fixtures.ts';

type Place = StockKey & { locationId: string; lotNumber?: string | null };

type Row = WmsPosition & { readonly rowVersion: number; readonly unreadable?: UnreadableRow };

export type InMemoryWms = WmsSql & {
  /** Set to make every call fail. */
  away: boolean;
  /** Called before every reading of stock: room for somebody else to come first. */
  beforeRead: (() => void) | undefined;
  /** Books pieces and answers the event of it, which is committed now and, unless `unsent`, on the bus at once. */
  book(place: Place, quantityChange: number, fields?: Partial<InventoryEvent>): InventoryEvent;
  /** Puts a row there, as somebody at the database does; undefined deletes it. */
  putRow(place: Place, row: Omit<WmsPosition, 'locationId' | 'lotNumber'> | undefined): void;
  /** Names a position once more. */
  repeatRow(place: Place): void;
  /** A row of a position becomes one that cannot be read, without a place where that is null. */
  spoilRow(place: Place, unreadable: UnreadableRow): void;
  reserve(key: StockKey, reservation: Reservation): void;
  /** A reservation becomes one that cannot be read. */
  spoilReservation(key: StockKey, unreadable: UnreadableReservation): void;
  /** Events that the bus has not taken. */
  readonly unsent: Set<InventoryEvent>;
  readonly prices: Map<string, number>;
  /** A backup, to go back to. */
  backup(): () => void;
};

/** The WMS's database in memory: one table of positions, a ledger, reservations and an outbox. */
export function inMemoryWms(now: () => number): InMemoryWms {
  let rowVersion = 0;
  let stocks = new Map<string, { key: StockKey; rows: Row[]; changed: number }>();
  let ledger: { transactionId: string; committedAt: string; position: string; version: number }[] = [];
  const reservations = new Map<string, Reservation[]>();
  const spoilt = new Map<string, UnreadableReservation>();
  const unsent = new Set<InventoryEvent>();
  const prices = new Map<string, number>();

  const nameOf = ({ itemId, warehouseId }: StockKey) => `${warehouseId}|${itemId}`;
  const fullName = (place: Place) => `${nameOf(place)}|${positionKey({ lotNumber: null, ...place })}`;
  const stockOf = ({ itemId, warehouseId }: StockKey) => {
    const name = nameOf({ itemId, warehouseId });
    const stock = stocks.get(name) ?? { key: { itemId, warehouseId }, rows: [], changed: 0 };
    stocks.set(name, stock);
    return stock;
  };
  const put = (place: Place, row: Omit<WmsPosition, 'locationId' | 'lotNumber'> | undefined) => {
    rowVersion += 1;
    const stock = stockOf(place);
    const { locationId, lotNumber = null } = place;
    stock.rows = stock.rows.filter((known) => positionKey(known) !== positionKey({ locationId, lotNumber }));
    if (!row) return;
    stock.rows.push({ locationId, lotNumber, ...row, rowVersion });
    stock.changed = rowVersion;
  };
  const ask = () => {
    if (wms.away) throw new WmsUnavailable('The WMS database does not answer.');
  };
  const wmsStock = (key: StockKey): WmsStock => {
    wms.beforeRead?.();
    const { rows } = stocks.get(nameOf(key)) ?? { rows: [] };
    const reserved = (reservations.get(nameOf(key)) ?? []).reduce(
      (sum, reservation) => sum + reservation.reserved - reservation.picked,
      0,
    );
    const positions = rows
      .filter((row) => !row.unreadable)
      .map(({ rowVersion: _rowVersion, ...position }) => position);
    const unreadable = rows.flatMap((row) => row.unreadable ?? []);
    return {
      ...{ itemId: key.itemId, warehouseId: key.warehouseId, positions, reserved },
      ...(unreadable.length > 0 && { unreadable }),
    };
  };

  const wms: InMemoryWms = {
    away: false,
    beforeRead: undefined,
    unsent,
    prices,
    book(place, quantityChange, fields = {}) {
      const { locationId, lotNumber = null } = place;
      const held = stockOf(place).rows.find(
        (row) => positionKey(row) === positionKey({ locationId, lotNumber }),
      );
      const version = (held?.version ?? 0) + 1;
      const onHand = (held?.onHand ?? 0) + quantityChange;
      const changedAt = new Date(now()).toISOString();
      put(place, { onHand, version, changedAt });
      const transactionId = fields.transactionId ?? `TRX-${unique()}`;
      ledger.push({ transactionId, committedAt: changedAt, position: fullName(place), version });
      return someEvent({
        ...{ itemId: place.itemId, warehouseId: place.warehouseId, locationId, lotNumber, version },
        ...{ quantityChange, resultingOnHand: onHand, timestamp: changedAt, transactionId },
        ...fields,
      });
    },
    putRow: put,
    repeatRow(place) {
      const { rows } = stockOf(place);
      const row = rows.find(({ locationId }) => locationId === place.locationId);
      if (row) rows.push({ ...row, onHand: row.onHand + 1 });
    },
    spoilRow(place, unreadable) {
      rowVersion += 1;
      const stock = stockOf(place);
      stock.changed = rowVersion;
      stock.rows = stock.rows.map((row) =>
        positionKey(row) === positionKey({ lotNumber: null, ...place })
          ? { ...row, rowVersion, unreadable }
          : row,
      );
    },
    spoilReservation(key, unreadable) {
      rowVersion += 1;
      stockOf(key).changed = rowVersion;
      spoilt.set(unreadable.allocationId, unreadable);
    },
    reserve(key, reservation) {
      rowVersion += 1;
      stockOf(key).changed = rowVersion;
      const others = (reservations.get(nameOf(key)) ?? []).filter(
        ({ decision }) => decision.allocationId !== reservation.decision.allocationId,
      );
      reservations.set(nameOf(key), [...others, reservation]);
    },
    backup() {
      const kept = structuredClone({ rowVersion, stocks, ledger });
      return () => ({ rowVersion, stocks, ledger } = structuredClone(kept));
    },
    mark: async () => {
      ask();
      const last = ledger.at(-1);
      const lastTransaction = last && {
        ledgerId: String(ledger.length),
        transactionId: last.transactionId,
        committedAt: last.committedAt,
      };
      return { rowVersion: String(rowVersion), lastTransaction: lastTransaction ?? null };
    },
    continues: async (mark) => {
      ask();
      const { lastTransaction } = mark;
      if (rowVersion < Number(mark.rowVersion)) return false;
      return (
        lastTransaction === null ||
        isSameTransaction(lastTransaction, ledger[Number(lastTransaction.ledgerId) - 1])
      );
    },
    warehouses: async () => [...new Set([...stocks.values()].map(({ key }) => key.warehouseId))],
    changedItems: async (warehouseId, { after, upTo }) => {
      ask();
      const changed = [...stocks.values()].filter(
        (stock) =>
          stock.key.warehouseId === warehouseId &&
          stock.changed > Number(after) &&
          stock.changed <= Number(upTo),
      );
      return { itemIds: changed.map(({ key }) => key.itemId) };
    },
    stocksOf: async (warehouseId, itemIds) => {
      ask();
      return itemIds.map((itemId) => wmsStock({ itemId, warehouseId }));
    },
    stocksFrom: async (warehouseId, { after = '', upTo }, limit) => {
      ask();
      const items = [...stocks.values()]
        .filter(({ key, rows }) => key.warehouseId === warehouseId && rows.length > 0)
        .map(({ key }) => key.itemId)
        .filter((itemId) => itemId > after && (upTo === undefined || itemId <= upTo))
        .sort();
      const page = items.slice(0, limit);
      return {
        stocks: page.map((itemId) => wmsStock({ itemId, warehouseId })),
        more: items.length > page.length,
      };
    },
    allocationsOf: async (key, ids) => {
      ask();
      const wanted = new Set(ids);
      return (reservations.get(nameOf(key)) ?? [])
        .filter(({ decision, reserved, picked }) => wanted.has(decision.allocationId) || reserved > picked)
        .map((reservation) => spoilt.get(reservation.decision.allocationId) ?? reservation);
    },
    knownTransactions: async (place, ids) => {
      ask();
      const known = new Map<string, number[]>();
      for (const { transactionId, position, version } of ledger) {
        if (!ids.includes(transactionId)) continue;
        const versions = known.get(transactionId) ?? [];
        known.set(transactionId, position === fullName(place) ? [...versions, version] : versions);
      }
      return known;
    },
    oldestUnsent: async () => {
      ask();
      return [...unsent].map(({ timestamp }) => timestamp).sort()[0] ?? null;
    },
    unitPrices: async (itemIds) =>
      new Map(itemIds.flatMap((itemId) => [[itemId, prices.get(itemId)] as const]).filter(isPriced)),
  };
  return wms;
}

function isPriced(entry: readonly [string, number | undefined]): entry is readonly [string, number] {
  return entry[1] !== undefined;
}
