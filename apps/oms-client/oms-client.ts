import { z } from 'zod';
import {
  acceptedOrderSchema,
  type allocationOrderSchema,
  type backordersQuerySchema,
  backordersSchema,
  type holdSchema,
  holdStateSchema,
  orderAllocationSchema,
} from '../../shared/contracts/allocation.ts';
import {
  type atpDaysQuerySchema,
  atpDaysSchema,
  atpQueryResultSchema,
  type atpQuerySchema,
  itemAtpSchema,
  warehouseAtpSchema,
} from '../../shared/contracts/atp.ts';
import {
  atpThresholdsSchema,
  type expectedReceiptSchema,
  expectedReceiptStateSchema,
  expectedReceiptsSchema,
  safetyStockStateSchema,
} from '../../shared/contracts/planning.ts';
import { type ApiOptions, apiCaller, path } from './call-api.ts';

const byDay = atpDaysSchema.partial().shape;
const itemAtpByDaySchema = itemAtpSchema.extend(byDay);
const warehouseAtpByDaySchema = warehouseAtpSchema.extend(byDay);
const nothingSchema = z.undefined();

/** UTC days, both included; with either, ATP is told by day as well. */
type Days = z.input<typeof atpDaysQuerySchema>;

/** A stock: an item in a warehouse. */
type Stock = { readonly itemId: string; readonly warehouseId: string };

/** Of one call: what ends it. */
type Ending = { readonly signal?: AbortSignal };

export type OmsClient = ReturnType<typeof omsClient>;

/**
 * What an OMS asks of Stockbridge: ATP, promises to orders, carts, planning. Every call may be repeated without harm (asking
 * twice is asking once), so a call that nothing answers, or that cannot be done now, is repeated for `patienceMs`.
 * Quantities are pieces, times ISO 8601 UTC, days UTC days.
 *
 * Calls throw {@link StockbridgeError}, whose `problem` says why, or what their signal was aborted with.
 */
export function omsClient(options: ApiOptions) {
  const call = apiCaller(options);
  return {
    /** ATP of an item over all warehouses, and of each. 404 where the cloud knows no stock of it. */
    itemAtp: (itemId: string, { signal, ...query }: Days & Ending = {}) =>
      call({ method: 'GET', path: path`items/${itemId}/atp`, query, signal }, itemAtpByDaySchema),

    /** ATP of an item in one warehouse. 404 where the cloud knows no stock of it. */
    warehouseAtp: (stock: Stock, { signal, ...query }: Days & Ending = {}) =>
      call({ method: 'GET', path: `${ofStock(stock)}/atp`, query, signal }, warehouseAtpByDaySchema),

    /** ATP of up to 500 pairs of item and warehouse, in the order asked. */
    queryAtp: (pairs: z.input<typeof atpQuerySchema>['pairs'], { signal }: Ending = {}) =>
      call({ method: 'POST', path: 'atp/query', body: { pairs }, signal }, atpQueryResultSchema),

    /** Asks for stock for an order. Follow it by {@link OmsClient.order}. 409 where the id belongs to another body. */
    allocate: (orderId: string, body: z.input<typeof allocationOrderSchema>, { signal }: Ending = {}) =>
      call({ method: 'POST', path: ofOrder(orderId), body, signal }, acceptedOrderSchema),

    /** How an order stands: per line what is promised, by whom, and why. 404 where nobody asked for it. */
    order: (orderId: string, { signal }: Ending = {}) =>
      call({ method: 'GET', path: ofOrder(orderId), signal }, orderAllocationSchema),

    /** Takes a whole order back, whatever state it is in. */
    cancelOrder: (orderId: string, { signal }: Ending = {}) =>
      call({ method: 'DELETE', path: ofOrder(orderId), signal }, orderAllocationSchema),

    /** Takes one line of an order back. */
    cancelLine: (orderId: string, lineId: string, { signal }: Ending = {}) =>
      call(
        { method: 'DELETE', path: path`orders/${orderId}/allocations/${lineId}`, signal },
        orderAllocationSchema,
      ),

    /** Keeps stock for a cart, as much as there is, up to an hour. */
    keepHold: (holdId: string, body: z.input<typeof holdSchema>, { signal }: Ending = {}) =>
      call({ method: 'PUT', path: path`holds/${holdId}`, body, signal }, holdStateSchema),

    /** What is held for a cart. */
    hold: (holdId: string, { signal }: Ending = {}) =>
      call({ method: 'GET', path: path`holds/${holdId}`, signal }, holdStateSchema),

    /** Keeps a cart for longer: so many seconds from now on, and never for less than it has left. */
    extendHold: (holdId: string, expiresInSeconds: number, { signal }: Ending = {}) =>
      call(
        { method: 'POST', path: path`holds/${holdId}/extension`, body: { expiresInSeconds }, signal },
        holdStateSchema,
      ),

    /** Makes a cart an order that keeps what the cart holds. */
    orderHold: (holdId: string, orderId: string, { signal }: Ending = {}) =>
      call(
        { method: 'POST', path: path`holds/${holdId}/order`, body: { orderId }, signal },
        acceptedOrderSchema,
      ),

    /** Gives the stock of a cart back. */
    releaseHold: (holdId: string, { signal }: Ending = {}) =>
      call({ method: 'DELETE', path: path`holds/${holdId}`, signal }, holdStateSchema),

    /** A page of what waits for stock, in the order in which it will be served; `continuationToken` asks for the next. */
    backorders: ({ signal, ...query }: BackordersQuery & Ending = {}) =>
      call({ method: 'GET', path: 'backorders', query, signal }, backordersSchema),

    /** The pieces of an item that are never promised; 0 unless they were set. */
    safetyStock: (stock: Stock, { signal }: Ending = {}) =>
      call({ method: 'GET', path: `${ofStock(stock)}/safety-stock`, signal }, safetyStockStateSchema),

    setSafetyStock: (stock: Stock, quantity: number, { signal }: Ending = {}) =>
      call(
        { method: 'PUT', path: `${ofStock(stock)}/safety-stock`, body: { quantity }, signal },
        safetyStockStateSchema,
      ),

    /** Deliveries that are announced to a warehouse and still open, by date; and the latest 100 that came in full. */
    expectedReceipts: (stock: Stock, { signal }: Ending = {}) =>
      call({ method: 'GET', path: `${ofStock(stock)}/expected-receipts`, signal }, expectedReceiptsSchema),

    /** Announces a delivery, or changes one. */
    announceReceipt: (
      stock: Stock,
      expectedReceiptId: string,
      body: z.input<typeof expectedReceiptSchema>,
      { signal }: Ending = {},
    ) =>
      call(
        { method: 'PUT', path: ofReceipt(stock, expectedReceiptId), body, signal },
        expectedReceiptStateSchema,
      ),

    withdrawReceipt: (stock: Stock, expectedReceiptId: string, { signal }: Ending = {}) =>
      call({ method: 'DELETE', path: ofReceipt(stock, expectedReceiptId), signal }, nothingSchema),

    /** The figures of ATP at whose crossing topic `atp-changes` carries a message. */
    atpThresholds: (itemId: string, { signal }: Ending = {}) =>
      call({ method: 'GET', path: ofThresholds(itemId), signal }, atpThresholdsSchema),

    setAtpThresholds: (itemId: string, thresholds: readonly number[], { signal }: Ending = {}) =>
      call({ method: 'PUT', path: ofThresholds(itemId), body: { thresholds }, signal }, atpThresholdsSchema),

    removeAtpThresholds: (itemId: string, { signal }: Ending = {}) =>
      call({ method: 'DELETE', path: ofThresholds(itemId), signal }, nothingSchema),
  };
}

/** As it is asked: `top` is a number. */
type BackordersQuery = Omit<z.input<typeof backordersQuerySchema>, 'top'> & { readonly top?: number };

function ofOrder(orderId: string): string {
  return path`orders/${orderId}/allocations`;
}

function ofStock({ itemId, warehouseId }: Stock): string {
  return path`items/${itemId}/warehouses/${warehouseId}`;
}

function ofReceipt(stock: Stock, expectedReceiptId: string): string {
  return `${ofStock(stock)}/expected-receipts/${encodeURIComponent(expectedReceiptId)}`;
}

function ofThresholds(itemId: string): string {
  return path`items/${itemId}/atp-thresholds`;
}
