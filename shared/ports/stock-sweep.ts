import type { StockKey } from '../domain/stock.ts';

/** Names every stock document there is, page by page, in no stated order. @throws {StoreUnavailable} */
export type StockSweep = { keys(): AsyncIterable<readonly StockKey[]> };
