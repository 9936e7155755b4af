import { setImmediate } from 'node:timers/promises';
import { openCatalog } from '../../local/cosmos/catalog.ts';
import { inTransaction, openDatabase } from '../../local/cosmos/database-file.ts';
import { createItem, draftOf } from '../../local/cosmos/items.ts';
import { parseJson } from '../../local/cosmos/json.ts';
import { startCosmos } from '../../local/cosmos/server.ts';
import { provisionCosmos } from '../../local/stack/provision.ts';
import { toStockDocument } from '../../shared/cosmos/stock-document.ts';
import type { Stock } from '../../shared/domain/stock.ts';
import { chunksOf } from './chunks-of.ts';

const TRANSACTION = 5_000;

/**
 * Writes stock documents into the data file of a local Cosmos DB that is not running, as its own code stores them; a
 * million over HTTP would take minutes longer. Makes the containers first.
 */
export async function fillCosmos(repository: string, folder: string, stocks: Iterable<Stock>): Promise<void> {
  const server = await startCosmos({ data: folder, port: 0 });
  try {
    await provisionCosmos(repository, server.connectionString);
  } finally {
    await server.stop();
  }
  const file = openDatabase(folder);
  try {
    // The indexes stay in memory while they grow; a file that is cut off is filled anew.
    file.exec('PRAGMA cache_size = -1000000; PRAGMA synchronous = OFF;');
    const container = openCatalog(file, Date.now).container('stockbridge', 'stock');
    for (const chunk of chunksOf(stocks, TRANSACTION)) {
      container.items.reserveLsns(chunk.length);
      inTransaction(file, () => {
        for (const stock of chunk) {
          const text = JSON.stringify(toStockDocument(stock));
          createItem(container, undefined, draftOf(parseJson(text), text), Date.now());
        }
      });
      await setImmediate();
    }
  } finally {
    file.close();
  }
}
