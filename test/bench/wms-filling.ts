import { setImmediate } from 'node:timers/promises';
import { openConnection } from '../../apps/wms-adapter/sqlite/connection.ts';
import { createPositionStore } from '../../apps/wms-adapter/sqlite/position-store.ts';
import { createStockStore } from '../../apps/wms-adapter/sqlite/stock-store.ts';
import { inTransaction } from '../../apps/wms-adapter/sqlite/transaction.ts';
import { chunksOf } from './chunks-of.ts';
import type { BenchPosition } from './reconcile-positions.ts';

const TRANSACTION = 5_000;

/**
 * Writes positions into the adapter's SQLite file by its own stores, without the bookings that would lead there: no
 * ledger, no events. Those of one call changed at the same time, that of the first.
 *
 * @param file made when it is not there; the adapter may be running on it
 */
export async function writeWmsPositions(file: string, positions: Iterable<BenchPosition>): Promise<void> {
  const connection = openConnection(file);
  try {
    const store = createPositionStore(connection);
    const stocks = createStockStore(connection);
    for (const chunk of chunksOf(positions, TRANSACTION)) {
      inTransaction(connection, () => {
        store.write(chunk.map(bookedPosition), chunk[0]?.changedAt ?? '');
        stocks.write(
          chunk.map(({ itemId, warehouseId, onHand }) => ({ itemId, warehouseId, onHand, reserved: 0 })),
        );
      });
      await setImmediate();
    }
  } finally {
    connection.close();
  }
}

function bookedPosition({ itemId, warehouseId, locationId, lotNumber, onHand, version }: BenchPosition) {
  return {
    key: { itemId, warehouseId, locationId, lotNumber },
    state: { raw: onHand, version, countKey: null },
  };
}
