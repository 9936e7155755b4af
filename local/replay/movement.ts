import type { RetailRow } from './retail-row.ts';

/**
 * What a line of the Online Retail data means in a warehouse. Quantities are pieces.
 *
 * | line | movement |
 * |---|---|
 * | invoice `C…`, quantity negative | `return`: the pieces come back, a receipt |
 * | price 0 and no customer (`damaged`, `check`, `found`, `?`, …), or a negative quantity otherwise | `correction`: an adjustment by the signed quantity |
 * | quantity positive otherwise, free samples to a customer included | `sale`: a pick |
 * | a code that is no goods in a warehouse (postage, fees, discounts, vouchers, manual entries) | `skipped` |
 */
export type Movement =
  | { kind: 'sale' | 'return'; itemId: string; quantity: number }
  | { kind: 'correction'; itemId: string; quantity: number; reason: string }
  | { kind: 'skipped'; code: string };

/** Codes of the till that stand for no goods. Gift vouchers are printed, not stored; PADS and B are bookkeeping. */
const NOT_GOODS = new Set([
  'POST',
  'DOT',
  'M',
  'C2',
  'D',
  'S',
  'B',
  'BANK CHARGES',
  'AMAZONFEE',
  'CRUK',
  'PADS',
]);

export function movementOf(row: RetailRow): Movement {
  const itemId = itemIdOf(row.stockCode);
  if (NOT_GOODS.has(itemId) || itemId.startsWith('GIFT_') || row.quantity === 0) {
    return { kind: 'skipped', code: itemId };
  }
  const cancelled = row.invoice.startsWith('C');
  if (cancelled && row.quantity < 0) return { kind: 'return', itemId, quantity: -row.quantity };
  const unpaid = row.unitPrice === 0 && row.customer === '';
  if (unpaid || row.quantity < 0) {
    return {
      kind: 'correction',
      itemId,
      quantity: row.quantity,
      reason: row.description || 'no reason given',
    };
  }
  return { kind: 'sale', itemId, quantity: row.quantity };
}

/** The till took codes in either case for the same article. */
export function itemIdOf(stockCode: string): string {
  return stockCode.trim().toUpperCase();
}
