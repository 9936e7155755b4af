import type { AtpQueryResult, ItemAtp, WarehouseAtp } from '../contracts/atp.ts';
import { itemAtp, warehouseAtp } from '../domain/atp.ts';
import type { StockKey } from '../domain/stock.ts';
import type { StockReader } from '../ports/stock-store.ts';

/** ATP of an item over all warehouses; undefined when the cloud knows no stock of it. @throws {StoreUnavailable} */
export async function itemAvailability(itemId: string, reader: StockReader): Promise<ItemAtp | undefined> {
  const stocks = await reader.readItem(itemId);
  return stocks.length === 0 ? undefined : itemAtp(itemId, stocks);
}

/** ATP of an item in one warehouse; undefined when the cloud knows no stock of it. @throws {StoreUnavailable} */
export async function warehouseAvailability(
  key: StockKey,
  reader: StockReader,
): Promise<WarehouseAtp | undefined> {
  const [stock] = await reader.readPairs([key]);
  return stock && warehouseAtp(stock);
}

/** One answer a pair, in the order asked. @throws {StoreUnavailable} */
export async function pairAvailability(
  pairs: readonly StockKey[],
  reader: StockReader,
): Promise<AtpQueryResult> {
  const stocks = await reader.readPairs(pairs);
  return {
    results: pairs.map((pair, index) => {
      const stock = stocks[index];
      return stock ? { found: true, ...warehouseAtp(stock) } : { found: false, ...pair };
    }),
  };
}
