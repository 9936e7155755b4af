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

  const ODD = [
    ...['NULL', "''", "'x'", '1.5', '9e999', "x'ff00'", "'a' || char(0) || 'b'", "CAST(x'ff' AS TEXT)"],
    ...["char(55296) || 'z'", "printf('%.*c', 300000, 'y')", '9223372036854775806', '-1'],
  ];
  test.each(['overlap', 'commit-ordered'])(
    'by %s has no row held up by another, whatever that has in whichever column',
    async (kind) => {
      const wms = await sqliteWms();
      const owner = new DatabaseSync(wms.path);
      for (const column of Object.keys(movement(1)).filter((name) => name !== 'SEQ'))
        for (const [index, value] of ODD.entries()) {
          const seq = index * 2 + 1;
          const folder = await readerFolder();
          await wms.insert(movement(seq, { MSG_ID: `${column}-${seq}` }));
          await wms.insert(movement(seq + 1, { MSG_ID: `${column}-${seq}-BEHIND` }));
          owner.exec(`UPDATE STOCK_OUT SET ${column} = ${value} WHERE SEQ = ${seq}`);
          const settings = settingsOf(wms.table, { kind }, { pageSize: 2 });
          const t = startReader(wms.connection, settings, folder.path);
          await expect.poll(() => t.onBus.map(({ eventId }) => eventId)).toContain(`${column}-${seq}-BEHIND`);
          expect(t.reader.status().source).toBe('connected');
          await t.stop();
          await folder.dispose();
          owner.exec('DELETE FROM STOCK_OUT');
        }
      owner.close();
      await wms.dispose();
    },
    60_000,
  );

  test.each([
    ['text', "'x'"],
    ['a fraction', '1.5'],
    ['bytes', "x'ff00'"],
    ['more than a number holds', '9e999'],
  ])('leaves out a row that has %s for a number, says so, and goes on behind it', async (_what, value) => {
    const wms = await sqliteWms();
    const folder = await readerFolder();
    await wms.insert(movement(1), movement(2, { MSG_ID: 'ODD' }), movement(3));
    const owner = new DatabaseSync(wms.path);
    owner.exec(`UPDATE STOCK_OUT SET SEQ = ${value} WHERE SEQ = 2`);
    const t = startReader(wms.connection, settingsOf(wms.table, {}, { pageSize: 1 }), folder.path);
    await expect.poll(() => t.onBus.map(({ eventId }) => eventId)).toEqual(['MSG-1', 'MSG-3']);
    await expect.poll(() => t.reader.status().misnumbered).toBe(true);
    expect(t.reader.status()).toMatchObject({ source: 'connected', numberingWentBack: false });
    expect(t.log).toEqual([
      expect.stringMatching(
        /^Rows of STOCK_OUT are left out, for column SEQ holds \S+ where it must hold whole numbers$/,
      ),
    ]);
    for (const _check of [1, 2, 3]) {
      t.pass(3_600);
      await t.settled();
    }
    expect(t.reader.status().misnumbered).toBe(true);
    owner.exec("UPDATE STOCK_OUT SET SEQ = 4 WHERE MSG_ID = 'ODD'");
    await expect.poll(() => t.onBus.map(({ eventId }) => eventId)).toEqual(['MSG-1', 'MSG-3', 'ODD']);
    await expect
      .poll(() => {
        t.pass(61);
        return t.reader.status().misnumbered;
      })
      .toBe(false);
    expect(t.log).toHaveLength(1);
    await t.stop();
    owner.close();
    await wms.dispose();
    await folder.dispose();
  });

  test.each(['commit-ordered', 'overlap'])(
    'by %s is there though the WMS has removed all rows but one without a number',
    async (kind) => {
      const wms = await sqliteWms();
      const folder = await readerFolder();
      await wms.insert(movement(1), movement(2, { MSG_ID: 'ODD' }), movement(3));
      const owner = new DatabaseSync(wms.path);
      owner.exec("UPDATE STOCK_OUT SET SEQ = 'x' WHERE SEQ = 2");
      const t = startReader(wms.connection, settingsOf(wms.table, { kind }), folder.path);
      await expect.poll(() => t.onBus.map(({ eventId }) => eventId)).toEqual(['MSG-1', 'MSG-3']);
      owner.exec("DELETE FROM STOCK_OUT WHERE SEQ <> 'x'");
      t.pass(10);
      await t.settled();
      expect(t.reader.status()).toMatchObject({ source: 'connected', misnumbered: true });
      await t.stop();
      owner.close();
      await wms.dispose();
      await folder.dispose();
    },
  );

  test('has a row without a number told of by the reader that is started anew, too', async () => {
    const wms = await sqliteWms();
    const folder = await readerFolder();
    await wms.insert(movement(1), movement(2), movement(3));
    const settings = settingsOf(wms.table, { kind: 'commit-ordered' });
    const first = startReader(wms.connection, settings, folder.path);
    await expect.poll(() => first.onBus.length).toBe(3);
    await first.stop();
    const owner = new DatabaseSync(wms.path);
    owner.exec('UPDATE STOCK_OUT SET SEQ = 1.5 WHERE SEQ = 2');
    owner.close();
    const second = startReader(wms.connection, settings, folder.path);
    await second.settled();
    expect(second.reader.status().misnumbered).toBe(true);
    await second.stop();
    await wms.dispose();
    await folder.dispose();
  });

  test('with no number at all in its order column is refused by that column', async () => {
    const wms = await sqliteWms();
    const folder = await readerFolder();
    await wms.insert(movement(1));
    const owner = new DatabaseSync(wms.path);
    owner.exec("UPDATE STOCK_OUT SET SEQ = 'TRX-1'");
    owner.close();
    const t = startReader(wms.connection, settingsOf(wms.table, {}), folder.path);
    await expect
      .poll(() => t.log)
      .toEqual(["The WMS database (STOCK_OUT) is away: column SEQ holds 'TRX-1' and no whole number"]);
    expect(t.reader.status().source).not.toBe('connected');
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
