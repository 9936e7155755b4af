import { ChangeFeedStartFrom, type Container, StatusCodes } from '@azure/cosmos';
import type { StockKey } from '../domain/stock.ts';
import type { StockSweep } from '../ports/stock-sweep.ts';
import { unavailable } from './failure.ts';

const PAGE = 1_000;

type Document = { readonly kind?: unknown; readonly itemId?: unknown; readonly warehouseId?: unknown };

/** Goes through the container by its change feed from the beginning, which names every document once, at its latest. */
export function cosmosStockSweep(container: Container): StockSweep {
  return { keys: () => sweep(container) };
}

async function* sweep(container: Container): AsyncIterable<readonly StockKey[]> {
  const pages = container.items.getChangeFeedIterator<Document>({
    changeFeedStartFrom: ChangeFeedStartFrom.Beginning(),
    maxItemCount: PAGE,
  });
  for (;;) {
    const page = await pages.readNext().catch((error: unknown) => {
      throw unavailable(error);
    });
    // The feed has no end; "not modified" says that nothing more has changed up to now.
    if (page.statusCode === StatusCodes.NotModified) return;
    yield page.result.flatMap(stockKey);
  }
}

/** Overflow documents and other neighbours in the container name no stock of their own. */
function stockKey({ kind, itemId, warehouseId }: Document): StockKey[] {
  return kind === 'stock' && typeof itemId === 'string' && typeof warehouseId === 'string'
    ? [{ itemId, warehouseId }]
    : [];
}
