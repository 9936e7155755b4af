import { appendFile, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { MIGRATIONS_FOLDER, MigrationError, migrate, readMigrations } from './migrations.ts';
import { createSession, type Session } from './session.ts';
import { createTestDatabase, RETRY, SKIPPED, type TestDatabase } from './test-database.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'migrations-'));
  await cp(MIGRATIONS_FOLDER, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

describe('The files of infra/sql', () => {
  test('are numbered without a gap, and grants.sql is none of them', async () => {
    const names = (await readMigrations(MIGRATIONS_FOLDER)).map(({ name }) => name);
    expect(names[0]).toBe('001-master-data.sql');
    expect(names).not.toContain('grants.sql');
  });

  test('with a gap are refused', async () => {
    await rm(join(folder, '003-locks.sql'));
    await expect(readMigrations(folder)).rejects.toThrow(MigrationError);
    await expect(readMigrations(folder)).rejects.toThrow('004-ledger.sql');
  });

  test('have the same checksum whatever ends their lines', async () => {
    const [before] = await readMigrations(folder);
    await writeFile(join(folder, '001-master-data.sql'), (before?.text ?? '').replaceAll('\n', '\r\n'));
    const [after] = await readMigrations(folder);
    expect(after?.checksum).toBe(before?.checksum);
  });

  test('say a collation for every text that identifies something', async () => {
    for (const { name, text } of await readMigrations(MIGRATIONS_FOLDER)) {
      expect(text.match(/\bvarchar\(\d+\) (?!COLLATE Latin1_General_BIN2)/g), name).toBeNull();
    }
  });
});

describe.skipIf(SKIPPED !== undefined)(
  `The tables on SQL Server${SKIPPED ? `, skipped: ${SKIPPED}` : ''}`,
  () => {
    let server: TestDatabase;
    let session: Session;
    const connect = async () => createSession(await server.open(), RETRY);

    beforeAll(async () => {
      server = await createTestDatabase();
      session = await connect();
    });
    afterAll(async () => {
      await session?.close();
      await server?.drop();
    });

    const applied = () =>
      session.rows('SELECT version, name, checksum FROM wms.schema_version ORDER BY version');

    test('are made once when two adapters start at once, and a later start changes nothing', async () => {
      const other = await connect();
      const made = await Promise.all([migrate(session), migrate(other)]);
      await other.close();
      const files = await readMigrations(MIGRATIONS_FOLDER);
      expect(made.flat()).toEqual(files.map(({ name }) => name));
      expect(await applied()).toEqual(
        files.map(({ version, name, checksum }) => ({ version, name, checksum })),
      );
      expect(await migrate(session)).toEqual([]);
    });

    test('get a new file, once', async () => {
      const version = (await readMigrations(folder)).length + 1;
      const name = `${String(version).padStart(3, '0')}-note.sql`;
      await writeFile(
        join(folder, name),
        'CREATE TABLE wms.note (id int NOT NULL);\nGO\nINSERT INTO wms.note (id) VALUES (1);\nSELECT 1 AS "GO";\n',
      );
      expect(await migrate(session, folder)).toEqual([name]);
      expect(await migrate(session, folder)).toEqual([]);
      expect(await session.rows('SELECT id FROM wms.note')).toEqual([{ id: 1 }]);

      // An adapter of the version before.
      await expect(migrate(session)).rejects.toThrow(MigrationError);
      await expect(migrate(session)).rejects.toThrow(`${name}, which this adapter does not know`);
      await session.rows(`DROP TABLE wms.note; DELETE FROM wms.schema_version WHERE name = '${name}'`);
    });

    test('with a file that was changed since stop the start, naming it', async () => {
      await appendFile(join(folder, '002-positions.sql'), '-- changed\n');
      await expect(migrate(session, folder)).rejects.toThrow(MigrationError);
      await expect(migrate(session, folder)).rejects.toThrow(
        /^infra\/sql\/002-positions\.sql is not what was applied [^\n]*$/,
      );
    });

    test('with a new file that fails are left as they were', async () => {
      const before = await applied();
      const version = before.length + 1;
      await writeFile(
        join(folder, `${String(version).padStart(3, '0')}-broken.sql`),
        'CREATE TABLE wms.half (id int NOT NULL);\nGO\nINSERT INTO wms.nowhere VALUES (1);\n',
      );
      await expect(migrate(session, folder)).rejects.toThrow();
      expect(await applied()).toEqual(before);
      expect(await session.rows(`SELECT OBJECT_ID('wms.half') AS id`)).toEqual([{ id: null }]);
    });
  },
);
