import { randomUUID } from 'node:crypto';
import { decide } from '../../apps/wms-adapter/booking/decide.ts';
import { movementsOf } from '../../apps/wms-adapter/booking/movements.ts';
import {
  type ItemStock,
  itemWarehouseText,
  locationKeyText,
  NOTHING_FOUND,
  type PositionState,
  positionKeyText,
} from '../../apps/wms-adapter/database.ts';
import { readRetailRows } from '../../local/replay/retail-row.ts';
import { createMapping } from '../../local/replay/transactions.ts';
import type { InventoryEvent } from '../../shared/contracts/inventory-event.ts';
import { type Transaction, transactionSchema } from '../../shared/contracts/transaction.ts';
import { positionKey } from '../../shared/domain/position.ts';

/** Events in the order the WMS committed them, and where they must lead. */
export type Load = { readonly events: readonly InventoryEvent[]; readonly truth: Truth };

/** What the WMS holds at the end: by `itemId|warehouseId`, then by `positionKey`. Pieces. */
export type Truth = ReadonlyMap<string, ReadonlyMap<string, { onHand: number; version: number }>>;

export const WAREHOUSES = Array.from({ length: 8 }, (_, index) => `WH-00${index + 1}`);
const BOOKED_AT_ONCE = 500;
const TRACE = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };

/** The first events of the Online Retail file, played as warehouse work by the mapping of `npm run replay`. */
export async function retailLoad(file: string, count: number): Promise<Load> {
  const mapping = createMapping({ runId: 'bench', shift: 0 });
  const transactions: Transaction[] = [];
  for await (const row of readRetailRows(file)) {
    for (const step of mapping.transactionsOf(row)) transactions.push(transactionSchema.parse(step));
    if (transactions.length >= count) break;
  }
  return book(transactions, count);
}

/** Every event is another item and warehouse. */
export function spreadLoad(count: number): Load {
  return book(
    Array.from({ length: count }, (_, index) => receipt(`SPREAD-${index}`, warehouseOf(index), 'A-05-02')),
    count,
  );
}

/** One item in one location of one warehouse. */
export function hotLoad(count: number): Load {
  return book(
    Array.from({ length: count }, () => receipt('HOT-1', 'WH-001', 'A-05-02')),
    count,
  );
}

/** One event for each of `positions` locations of one document, then `further` ones for the first location. */
export function wideLoad(positions: number, further: number): Load {
  const locations = Array.from(
    { length: positions },
    (_, index) => `A-05-${String(index + 1).padStart(3, '0')}`,
  );
  const all = [...locations, ...Array.from({ length: further }, () => locations[0] ?? 'A-05-001')];
  return book(
    all.map((locationId) => receipt(`WIDE-${positions}`, 'WH-001', locationId)),
    all.length,
  );
}

export function warehouseOf(index: number): string {
  return WAREHOUSES[index % WAREHOUSES.length] ?? 'WH-001';
}

/** A receipt of one piece, scanned now. */
export function receipt(itemId: string, warehouseId: string, locationId: string): Transaction {
  return {
    transactionId: randomUUID(),
    type: 'receipt',
    itemId,
    warehouseId,
    locationId,
    lotNumber: null,
    quantity: 1,
    scannedAt: new Date().toISOString(),
    scannerId: 'SCANNER-08',
    userId: 'warehouse_user_23',
  };
}

/** Books as the adapter does, by its own rules, and keeps the first `count` events (one more, to keep a transfer whole); the truth is what those say. */
function book(transactions: readonly Transaction[], count: number): Load {
  const positions = new Map<string, PositionState>();
  const stocks = new Map<string, ItemStock>();
  const events: InventoryEvent[] = [];
  const truth = new Map<string, Map<string, { onHand: number; version: number }>>();
  let lastEventNumber = 0;
  for (let start = 0; start < transactions.length && events.length < count; start += BOOKED_AT_ONCE) {
    const requests = transactions.slice(start, start + BOOKED_AT_ONCE).map((transaction) => ({
      transaction,
      scanTime: { scannedAt: transaction.scannedAt, flags: [] },
      trace: TRACE,
    }));
    const keys = requests.flatMap(({ transaction }) =>
      movementsOf(transaction).map(({ position }) => position),
    );
    const found = {
      ...NOTHING_FOUND,
      lastEventNumber,
      positions,
      stocks,
      warehouses: new Set(WAREHOUSES),
      items: new Set(keys.map(({ itemId }) => itemId)),
      locations: new Set(keys.map(({ warehouseId, locationId }) => locationKeyText(warehouseId, locationId))),
    };
    const decision = decide(requests, found, new Date());
    if (!('writes' in decision)) throw new Error('nothing is reserved, so nothing can have to be cut');
    const { writes, result } = decision;
    const refused = result.transactions.find(
      ({ outcome }) => outcome !== 'applied' && outcome !== 'exception',
    );
    if (refused) throw new Error(`the WMS did not book ${JSON.stringify(refused)}`);
    lastEventNumber = writes.lastEventNumber;
    for (const { key, state } of writes.positions) positions.set(positionKeyText(key), state);
    for (const stock of writes.stocks) stocks.set(itemWarehouseText(stock), stock);
    events.push(...writes.messages.flatMap((message) => (message.kind === 'event' ? [message.event] : [])));
  }
  const kept = events.slice(0, endOfTransaction(events, count));
  for (const event of kept) noteTruth(truth, event);
  return { events: kept, truth };
}

/** Never half a transfer: who only adds up changes would be off by the missing side. */
function endOfTransaction(events: readonly InventoryEvent[], count: number): number {
  let end = Math.min(count, events.length);
  while (end < events.length && events[end]?.transactionId === events[end - 1]?.transactionId) end += 1;
  return end;
}

/** An event that carries the other side of a transfer says where both positions stand. */
function noteTruth(
  truth: Map<string, Map<string, { onHand: number; version: number }>>,
  event: InventoryEvent,
) {
  const name = `${event.itemId}|${event.warehouseId}`;
  const positions = truth.get(name) ?? new Map<string, { onHand: number; version: number }>();
  truth.set(name, positions);
  for (const { key, onHand, version } of statesIn(event)) {
    if (version > (positions.get(key)?.version ?? 0)) positions.set(key, { onHand, version });
  }
}

function statesIn(event: InventoryEvent): { key: string; onHand: number; version: number }[] {
  return [event, ...(event.counterpart ? [event.counterpart] : [])].map((state) => ({
    key: positionKey(state),
    onHand: state.resultingOnHand,
    version: state.version ?? 0,
  }));
}
