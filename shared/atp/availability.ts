import type { AtpQueryResult, ItemAtp, WarehouseAtp } from '../contracts/atp.ts';
import { itemAtp, warehouseAtp } from '../domain/atp.ts';
import type { StockKey } from '../domain/stock.ts';
import type { Runtime } from '../ports/runtime.ts';
import type { StockReader } from '../ports/stock-store.ts';

type Ports = {
  readonly reader: Pick<StockReader, 'readItem' | 'readPairs'>;
  readonly runtime: Pick<Runtime, 'now'>;
};

/** ATP of an item over all warehouses; undefined when the cloud knows no stock of it. @throws {StoreUnavailable} */
export async function itemAvailability(
  itemId: string,
  { reader, runtime }: Ports,
): Promise<ItemAtp | undefined> {
  const stocks = await reader.readItem(itemId);
  return stocks.length === 0 ? undefined : itemAtp(itemId, stocks, runtime.now());
}

/** ATP of an item in one warehouse; undefined when the cloud knows no stock of it. @throws {StoreUnavailable} */
export async function warehouseAvailability(
  key: StockKey,
  { reader, runtime }: Ports,
): Promise<WarehouseAtp | undefined> {
  const [stock] = await reader.readPairs([key]);
  return stock && warehouseAtp(stock, runtime.now());
}

/** One answer a pair, in the order asked. @throws {StoreUnavailable} */
export async function pairAvailability(
  pairs: readonly StockKey[],
  { reader, runtime }: Ports,
): Promise<AtpQueryResult> {
  const stocks = await reader.readPairs(pairs);
  const now = runtime.now();
  return {
    results: pairs.map((pair, index) => {
      const stock = stocks[index];
      return stock ? { found: true, ...warehouseAtp(stock, now) } : { found: false, ...pair };
    }),
  };
}
