import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, type TestContext, test, vi } from 'vitest';
import { movement, type SqlServerWms, settingsOf, sqlServerWms } from './contract/imaginary-wms.ts';
import { describeReader } from './contract/reader-contract.ts';
import { type ReaderUnderTest, readerFolder, startReader } from './contract/reader-under-test.ts';
import { describeSource } from './contract/source-contract.ts';
import { parseOutboxSettings } from './outbox-settings.ts';

/** The page that operators follow. */
const page = readFileSync(new URL('../../../docs/existing-wms.md', import.meta.url), 'utf8');
const blocksOf = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(([, text = '']) => text);
const [exampleSettings = ''] = blocksOf('jsonc');

test('The file in docs/existing-wms.md is one that the adapter takes', () => {
  expect(parseOutboxSettings(exampleSettings)).toMatchObject({
    source: ['dbo', 'STOCKBRIDGE_OUT'],
    order: { column: ['TRANS_NO'], kind: 'overlap' },
  });
});

/** A connection string of a database in which the test may create tables and logins. */
const connection = process.env.STOCKBRIDGE_TEST_SQL ?? '';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

describe.skipIf(connection === '')('On SQL Server, by STOCKBRIDGE_TEST_SQL', () => {
  const open = () => sqlServerWms(connection);
  describeSource('SQL Server', open);
  describeReader('SQL Server', open);

  /** The connection string with another login. */
  const loginAs = (user: string, password: string) =>
    connection
      .replace(/(User Id|Uid|User)=[^;]*/i, `User Id=${user}`)
      .replace(/(Password|Pwd)=[^;]*/i, `Password=${password}`);

  /** Says so on the console too: the reporter only counts what is skipped. */
  function skipOnBabelfish({ version }: SqlServerWms, { task, skip }: TestContext): void {
    if (!/Babelfish/i.test(version)) return;
    const reason = 'NOT CHECKED HERE: Babelfish has no MIN_ACTIVE_ROWVERSION(), it takes SQL Server';
    console.warn(`${task.name}: ${reason}`);
    skip(reason);
  }

  async function withWms(work: (wms: SqlServerWms) => Promise<void>): Promise<void> {
    const wms = await open();
    try {
      await work(wms);
    } finally {
      await wms.dispose();
    }
  }

  test('by rowversion a row is sent, and sent again when the WMS changes it', async (context) => {
    await withWms(async (wms) => {
      skipOnBabelfish(wms, context);
      const folder = await readerFolder();
      await wms.insert(movement(1), movement(2, { SKU: null }));
      const t = startReader(
        wms.connection,
        settingsOf(wms.table, { column: 'RV', kind: 'rowversion' }),
        folder.path,
      );
      const ids = () => t.onBus.map(({ eventId }) => eventId);
      await expect.poll(ids, { timeout: 20_000 }).toEqual(['MSG-1']);
      await expect.poll(() => t.reader.status().parked).toBe(1);
      await wms.update(2, { SKU: 'ITEM-2' });
      await expect.poll(ids, { timeout: 20_000 }).toEqual(['MSG-1', 'MSG-2']);
      await expect.poll(() => t.reader.status().parked).toBe(0);
      await t.stop();
      await folder.dispose();
    });
  });

  test('by rowversion a transaction that is still open is waited for, also where a later one is committed', async (context) => {
    await withWms(async (wms) => {
      skipOnBabelfish(wms, context);
      const folder = await readerFolder();
      const open = await wms.begin();
      await open.insert(movement(1));
      await wms.insert(movement(2));
      const t = startReader(
        wms.connection,
        settingsOf(wms.table, { column: 'RV', kind: 'rowversion' }),
        folder.path,
      );
      await t.settled();
      expect(t.onBus).toEqual([]);
      await open.commit();
      await expect
        .poll(() => t.onBus.map(({ eventId }) => eventId), { timeout: 20_000 })
        .toEqual(['MSG-1', 'MSG-2']);
      await t.stop();
      await folder.dispose();
    });
  });

  test('a login that may only read the one table is enough, and all that happens', async () => {
    await withWms(async (wms) => {
      const login = `reader_${randomUUID().replaceAll('-', '')}`;
      const password = `P-${randomUUID()}`;
      await wms.run(`CREATE LOGIN ${login} WITH PASSWORD = '${password}'`);
      await wms.run(`CREATE USER ${login} FOR LOGIN ${login}`);
      await wms.run(`GRANT SELECT ON ${wms.table} TO ${login}`);
      const folder = await readerFolder();
      const own = loginAs(login, password);
      await wms.insert(movement(1), movement(2, { SKU: null }));
      const t = startReader(own, settingsOf(wms.table, {}), folder.path);
      try {
        await expect.poll(() => t.onBus.length, { timeout: 20_000 }).toBe(1);
        expect(await t.reader.replay({})).toMatchObject({ stillParked: 1 });
        expect(t.log.filter((line) => line.includes('away'))).toEqual([]);
      } finally {
        await t.stop();
        await folder.dispose();
        await wms.run(`REVOKE SELECT ON ${wms.table} FROM ${login}`);
        await wms.run(`DROP USER ${login}`);
        await wms.run(`DROP LOGIN ${login}`);
      }
    });
  });

  test('the worked example of docs/existing-wms.md does what the page says', async () => {
    await withWms(async (wms) => {
      const drop = async () => {
        await wms.run('DROP VIEW IF EXISTS dbo.STOCKBRIDGE_OUT');
        await wms.run('DROP TABLE IF EXISTS dbo.INV_TRANS');
        await wms.run('DROP USER IF EXISTS stockbridge_reader');
        await wms.run("IF SUSER_ID('stockbridge_reader') IS NOT NULL DROP LOGIN stockbridge_reader");
      };
      const folder = await readerFolder();
      let t: ReaderUnderTest | undefined;
      await drop();
      try {
        for (const block of blocksOf('sql')) {
          for (const statement of block.split(/^(?=CREATE|GRANT)/m)) await wms.run(statement);
        }
        await wms.run(`INSERT INTO dbo.INV_TRANS
          (TRANS_TIME, TRANS_TYPE, WHSE, SKU, LOT, FROM_BIN, FROM_ON_HAND, TO_BIN, TO_ON_HAND, QTY, OPERATOR) VALUES
          ('2024-11-18T10:00:00', 'RCPT', '1', 'ITEM-1', NULL, NULL, NULL, 'A-05-02', 100, 100, 'ann'),
          ('2024-11-18T10:00:01', 'MOVE', '1', 'ITEM-1', NULL, 'A-05-02', 60, 'B-01', 40, 40, NULL)`);
        const [, password = ''] = /PASSWORD = '([^']+)'/.exec(page) ?? [];
        t = startReader(
          loginAs('stockbridge_reader', password),
          parseOutboxSettings(exampleSettings),
          folder.path,
        );
        await expect.poll(() => t?.onBus.length, { timeout: 20_000 }).toBe(3);
        const { onBus } = t;
        const events = onBus.map((event) => [
          event.eventId,
          event.locationId,
          event.quantityChange,
          event.resultingOnHand,
        ]);
        expect(events.toSorted()).toEqual([
          ['INV-000000000001-IN', 'A-05-02', 100, 100],
          ['INV-000000000002-IN', 'B-01', 40, 40],
          ['INV-000000000002-OUT', 'A-05-02', -40, 60],
        ]);
        expect(onBus[1]).toMatchObject({
          transactionId: 'INV-000000000002',
          userId: 'batch',
          warehouseId: 'WH-001',
        });
      } finally {
        await t?.stop();
        await folder.dispose();
        await drop();
      }
    });
  });

  test('numbers in a column of text are refused: they are sorted as text, and rows would be passed over', async () => {
    await withWms(async (wms) => {
      const folder = await readerFolder();
      await wms.insert(...[2, 10, 11].map((seq) => movement(seq, { OPERATOR: String(seq) })));
      const settings = settingsOf(wms.table, { column: 'OPERATOR', kind: 'commit-ordered' }, { pageSize: 1 });
      const t = startReader(wms.connection, settings, folder.path);
      await expect.poll(() => t.reader.status().source, { timeout: 20_000 }).toBe('away');
      expect(t.onBus).toEqual([]);
      expect(t.log).toEqual([
        expect.stringContaining(
          'order.column is "OPERATOR": its type is VarChar, it must hold whole numbers',
        ),
      ]);
      await t.stop();
      await folder.dispose();
    });
  });

  test('a server that is not there does not end the reader, and is logged once', async () => {
    await withWms(async (wms) => {
      const folder = await readerFolder();
      const nowhere = connection.replace(/Server=[^;]*/i, 'Server=127.0.0.1,1');
      const t = startReader(nowhere, settingsOf(wms.table, {}), folder.path);
      await expect.poll(() => t.reader.status().source, { timeout: 20_000 }).toBe('away');
      expect(t.log).toEqual([
        expect.stringMatching(/^The WMS database .* is away: WmsSqlConnection: .*127\.0\.0\.1,1/),
      ]);
      await t.stop();
      await folder.dispose();
    });
  });
});
