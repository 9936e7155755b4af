import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import type { DrainTask } from './contract/drain-worker.ts';
import { movement, settingsOf, settingsText, sqliteWms } from './contract/imaginary-wms.ts';
import { describeReader } from './contract/reader-contract.ts';
import { readerFolder, startReader } from './contract/reader-under-test.ts';
import { describeSource } from './contract/source-contract.ts';

describeSource('SQLite', sqliteWms);
describeReader('SQLite', sqliteWms);

describe('A SQLite file of a WMS', () => {
  test('is not changed by a single byte', async () => {
    const wms = await sqliteWms();
    const folder = await readerFolder();
    await wms.insert(
      ...Array.from({ length: 50 }, (_, index) => movement(index + 1)),
      movement(51, { SKU: null }),
    );
    const hash = async () =>
      createHash('sha256')
        .update(await readFile(wms.path))
        .digest('hex');
    const before = await hash();
    const t = startReader(wms.connection, settingsOf(wms.table, {}), folder.path);
    await expect.poll(() => t.onBus.length).toBe(50);
    await t.reader.replay({});
    await t.settled();
    await t.stop();
    expect(await hash()).toBe(before);
    await wms.dispose();
    await folder.dispose();
  });

  test('by an order that is renumbered with every change (rowversion) has a row parked once, however often it changes', async () => {
    const wms = await sqliteWms();
    const folder = await readerFolder();
    await wms.insert(movement(1, { SKU: null }));
    const t = startReader(wms.connection, settingsOf(wms.table, { kind: 'rowversion' }), folder.path);
    const parked = () => t.state.parked.list(undefined, 10).map(({ id }) => id);
    await expect.poll(parked).toEqual(['1:MSG-1']);
    await wms.update(1, { SEQ: 2, QTY: -6 });
    await expect.poll(parked).toEqual(['2:MSG-1']);
    await wms.update(2, { SEQ: 3, SKU: 'ITEM-1' });
    await expect.poll(parked).toEqual([]);
    expect(t.onBus).toHaveLength(1);
    await t.stop();
    await wms.dispose();
    await folder.dispose();
  });

  test('with 100,000 rows behind is drained in a heap of 48 MB, a page at a time', async () => {
    const wms = await sqliteWms();
    const folder = await readerFolder();
    const rows = 100_000;
    fill(wms.path, rows);
    const settings = settingsText(wms.table, {}, { pageSize: 500 });
    const workerData: DrainTask = { connection: wms.connection, settings, path: folder.path, rows };
    const worker = new Worker(new URL('contract/drain-worker.ts', import.meta.url), {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: 48 },
    });
    // A worker that needs more memory ends with an error; with 32 MB it once did while its code was compiled for the first time.
    const [largest] = await once(worker, 'message');
    expect(largest).toBe(500);
    await worker.terminate();
    await wms.dispose();
    await folder.dispose();
  }, 120_000);
});

/** Rows as a WMS writes them, made inside the database. */
function fill(path: string, rows: number): void {
  const database = new DatabaseSync(path);
  database
    .prepare(`INSERT INTO STOCK_OUT WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
      SELECT i, 'MSG-' || i, '2024-11-18T10:00:00', 'ADJ', 'ITEM-' || (i % 1000), 'A-05-02', NULL, -5, 10, 'user' FROM n`)
    .run(rows);
  database.close();
}
