import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type DatabaseFile, openDatabaseFile, pragma } from './database-file.ts';

class BadStart extends Error {}

const kind: DatabaseFile = {
  name: 'things.sqlite',
  applicationId: 7,
  schemaVersion: 3,
  schema: 'CREATE TABLE thing (id INTEGER PRIMARY KEY)',
  synchronous: 'NORMAL',
  cacheKiB: 1024,
  shrinks: true,
  product: 'Thing Store',
  StartError: BadStart,
};

/** A data folder that holds a thing. */
function storedFolder(): string {
  const parent = mkdtempSync(join(tmpdir(), 'database-file-'));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  const folder = join(parent, 'made', 'on', 'the', 'way');
  const database = openDatabaseFile(folder, kind);
  database.exec('INSERT INTO thing VALUES (1)');
  database.close();
  return folder;
}

function refusalOf(folder: string, other: Partial<DatabaseFile> = {}): Error {
  try {
    openDatabaseFile(folder, { ...kind, ...other }).close();
  } catch (error) {
    expect(error).toBeInstanceOf(BadStart);
    if (error instanceof Error) return error;
  }
  throw new Error('was not refused');
}

test('what is stored is there at the next start, with settings and head as told', () => {
  const database = openDatabaseFile(storedFolder(), kind);
  expect(database.prepare('SELECT id FROM thing').all()).toEqual([{ id: 1 }]);
  expect([pragma(database, 'application_id'), pragma(database, 'user_version')]).toEqual([7, 3]);
  expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  expect(database.prepare('PRAGMA auto_vacuum').get()).toEqual({ auto_vacuum: 2 });
  expect(database.prepare('PRAGMA cache_size').get()).toEqual({ cache_size: -1024 });
  database.close();
});

test('a file of another application is refused', () => {
  const { message } = refusalOf(storedFolder(), { applicationId: 8 });
  expect(message).toMatch(/things\.sqlite is not a Thing Store database: .*--data$/);
});

test.each([
  ['newer', { schemaVersion: 2 }, 'version 3, this Thing Store needs 2'],
  ['older', { schemaVersion: 4 }, 'version 3, this Thing Store needs 4'],
  [
    'older than can be upgraded',
    { schemaVersion: 5, upgradableFrom: 4 },
    'version 3, this Thing Store needs 5',
  ],
])('a file of a schema version that is %s is refused', (_, other, expected) => {
  expect(refusalOf(storedFolder(), other).message).toContain(expected);
});

test('a file of a version that can be upgraded is opened as it is', () => {
  const database = openDatabaseFile(storedFolder(), { ...kind, schemaVersion: 4, upgradableFrom: 3 });
  expect(pragma(database, 'user_version')).toBe(3);
  database.close();
});

test('a file that is open belongs to who opened it', () => {
  const folder = storedFolder();
  const database = openDatabaseFile(folder, kind);
  expect(refusalOf(folder).message).toMatch(/ is in use by another Thing Store: stop it or .*--data$/);
  database.close();
  openDatabaseFile(folder, kind).close();
});
