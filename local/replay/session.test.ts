import { describe, expect, test } from 'vitest';
import { adapterClient } from './adapter-client.ts';
import { openSession } from './session.ts';
import type { WarehouseTransaction } from './transactions.ts';

const OF_THE_FILE: WarehouseTransaction = {
  ...{ transactionId: 't-1', type: 'receipt', itemId: 'ITEM-1', warehouseId: 'WH-001', locationId: 'DOCK' },
  ...{ quantity: 5, scannedAt: '2011-12-05T08:00:00.000Z', sequence: 1 },
  ...{ scannerId: 'SCANNER-01', userId: 'user' },
};

/** When a transaction of the file was scanned, as the adapter is told. */
async function scannedAt(scanNow: boolean): Promise<string | undefined> {
  const arrived: WarehouseTransaction[] = [];
  const session = openSession({
    client: {
      ...adapterClient('http://127.0.0.1:9'),
      postTransactions: async (transactions) => {
        arrived.push(...transactions);
        return transactions.map(({ transactionId }) => ({ transactionId, outcome: 'applied' }));
      },
    },
    ...{ functionsUrl: 'http://127.0.0.1:9', lanes: 1, watchOneIn: Number.POSITIVE_INFINITY },
    ...{ signal: new AbortController().signal, say: () => undefined, scanNow },
  });
  await session.send(OF_THE_FILE);
  await session.answered();
  return arrived[0]?.scannedAt;
}

describe('a session of warehouse work', () => {
  test('that is played is scanned as it is handed in: its scanners are online', async () => {
    const before = new Date().toISOString();
    const scanned = (await scannedAt(true)) ?? '';
    expect(scanned >= before && scanned <= new Date().toISOString(), scanned).toBe(true);
  });

  test('that is replayed was scanned when its file says', async () => {
    expect(await scannedAt(false)).toBe(OF_THE_FILE.scannedAt);
  });
});
