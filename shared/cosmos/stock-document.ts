import type { JSONObject } from '@azure/cosmos';
import type { Overflow } from '../domain/overflow.ts';
import type { Stock, StockKey } from '../domain/stock.ts';
import type { DocumentAddress } from './point-read.ts';
import { withoutSystemProperties } from './system-properties.ts';

/** The members of `StockFigures`, for a query over `c`. */
export const STOCK_FIGURES = [
  'itemId',
  'warehouseId',
  'onHand',
  'tentative',
  'confirmed',
  'picked',
  'safetyStock',
  'expectedReceipts',
  'counts',
  'watched',
  'version',
  'asOf',
]
  .map((name) => `c.${name}`)
  .join(', ');

/**
 * How stock lies in the container `stock`: partition key `/itemId`, id = warehouse, `kind` tells it from its neighbours,
 * and `sweepKey` is what a sweep finds the stocks of a warehouse by.
 */
export function toStockDocument(stock: Stock): JSONObject {
  return asJson({ id: stock.warehouseId, kind: 'stock', sweepKey: sweepKey(stock), ...stock });
}

/** The reverse; what Cosmos DB and the index add (`_etag`, …) falls away. Only this file writes such documents, so the shape is trusted. */
export function fromStockDocument(document: object): Stock {
  const { id: _id, kind: _kind, sweepKey: _sweepKey, ...stock } = withoutSystemProperties(document).own;
  return stock as Stock;
}

/** Sorts stocks by warehouse, then item. `|` cannot occur in either, and all that can sorts before it. */
export function sweepKey({ itemId, warehouseId }: StockKey): string {
  return `${warehouseId}|${itemId}`;
}

/** Where a stock lies. */
export function stockAddress({ itemId, warehouseId }: StockKey): DocumentAddress {
  return { partitionKey: itemId, id: warehouseId };
}

export function overflowId({ warehouseId }: StockKey): string {
  return `${warehouseId}|overflow`;
}

export function toOverflowDocument(overflow: Overflow): JSONObject {
  return asJson({ id: overflowId(overflow), kind: 'overflow', ...overflow });
}

export function fromOverflowDocument(document: object): Overflow {
  const { itemId, warehouseId, positions } = document as Overflow;
  return { itemId, warehouseId, positions };
}

/** The SDK wants an index signature, which readonly domain types do not have; all of them are plain JSON. */
function asJson(document: object): JSONObject {
  return document as JSONObject;
}
