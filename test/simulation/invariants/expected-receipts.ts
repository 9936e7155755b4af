import type { BookingWrites } from '../../../apps/wms-adapter/database.ts';
import { atpByDate } from '../../../shared/domain/atp-by-date.ts';
import type { Stock, StockKey } from '../../../shared/domain/stock.ts';
import { utcDay } from '../../../shared/domain/utc-day.ts';
import type { ItemDocuments } from '../../doubles/item-documents.ts';
import type { Delivery } from '../purchaser.ts';
import { Violation } from './violation.ts';

/** What the WMS received, by what the scans named, beside what the cloud still expects. Of a WMS that never went back. */
export type WatchedReceipts = {
  booked(writes: BookingWrites): void;
  /**
   * What must hold when nothing is on its way.
   *
   * @param deliveries each announced for so many pieces, and named by every receipt of it
   * @param now milliseconds UTC
   * @throws {Violation}
   */
  checkAtRest(deliveries: readonly Delivery[], items: ItemDocuments, now: number): void;
};

/** A receipt, and what it names if anything. */
type Receipt = StockKey & { readonly expectedReceiptId?: string | undefined };

/** No delivery is due later. */
const YEAR_MS = 365 * 86_400_000;

export function watchReceipts(): WatchedReceipts {
  /** Pieces, by item, warehouse and what was named, if anything. */
  const received = new Map<string, number>();
  const bookedOf = (receipt: Receipt) => received.get(nameOf(receipt)) ?? 0;

  function checkDelivery(
    delivery: Delivery,
    { expectedReceipts = [] }: Pick<Stock, 'expectedReceipts'>,
  ): void {
    const { expectedReceiptId, quantity } = delivery;
    const booked = bookedOf(delivery);
    const came = Math.min(booked, quantity);
    const held = expectedReceipts.find((receipt) => receipt.expectedReceiptId === expectedReceiptId);
    if (held?.received !== came || held.quantity !== quantity)
      throw violation(
        delivery,
        `of ${expectedReceiptId} the cloud has received ${held?.received} of ${held?.quantity} pieces, the WMS booked ${booked} of ${quantity}`,
      );
  }

  function checkStock(stock: Stock, deliveries: readonly Delivery[], now: number): void {
    const ids = new Set(deliveries.map(({ expectedReceiptId }) => expectedReceiptId));
    const others = (stock.expectedReceipts ?? []).filter((one) => !ids.has(one.expectedReceiptId));
    const unnamed = others.reduce((sum, one) => sum + one.received, 0);
    if (unnamed > bookedOf(stock) || others.some((one) => one.received < 0))
      throw violation(
        stock,
        `${unnamed} pieces came by receipts that name none, the WMS booked ${bookedOf(stock)}`,
      );
    const open = deliveries.reduce((sum, one) => sum + Math.max(one.quantity - bookedOf(one), 0), 0);
    const counted = projected(stock, now) - projected({ ...stock, expectedReceipts: others }, now);
    if (counted !== open)
      throw new Violation(
        'ATP by date counts no piece twice',
        `${stock.itemId} in ${stock.warehouseId} counts on ${counted} pieces of its deliveries, ${open} are to come`,
        [stock.itemId],
      );
  }

  return {
    booked({ ledger }) {
      for (const { transaction } of ledger) {
        if (transaction.type !== 'receipt') continue;
        received.set(nameOf(transaction), bookedOf(transaction) + transaction.quantity);
      }
    },
    checkAtRest(deliveries, items, now) {
      for (const delivery of deliveries)
        checkDelivery(
          delivery,
          items.partition(delivery.itemId)?.stocks.get(delivery.warehouseId)?.value ?? {},
        );
      const byStock = Map.groupBy(deliveries, stockName);
      for (const { stocks } of items.partitions())
        for (const { value } of stocks.values()) checkStock(value, byStock.get(stockName(value)) ?? [], now);
    },
  };
}

/** What may be promised when all has come. Pieces. */
function projected(stock: Stock, now: number): number {
  const last = utcDay(now + YEAR_MS);
  return atpByDate([stock], [], { from: last, to: last }, utcDay(now))[0]?.projected ?? 0;
}

function nameOf({ expectedReceiptId = '', ...key }: Receipt): string {
  return `${stockName(key)}|${expectedReceiptId}`;
}

function stockName({ itemId, warehouseId }: StockKey): string {
  return `${itemId}|${warehouseId}`;
}

function violation({ itemId, warehouseId }: StockKey, detail: string): Violation {
  return new Violation(
    'Of each expected receipt has come what the WMS booked',
    `${itemId} in ${warehouseId}: ${detail}`,
    [itemId],
  );
}
