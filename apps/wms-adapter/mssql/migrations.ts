import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ascii, integer } from './parameters.ts';
import type { Session, Statements } from './session.ts';

/** Thrown for a database that this version of the adapter cannot use. The message is one line that says what to do. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/** A file of `infra/sql`. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  /** Without carriage returns, which a checkout may add. */
  readonly text: string;
  /** SHA-256 of the text, in hexadecimal. */
  readonly checksum: string;
}

/** Where the tables are written down. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../../infra/sql/', import.meta.url));

/**
 * Brings the tables to the version of this adapter: applies the files that are not yet, in their order and in one
 * transaction, while other adapters that start wait. Answers the names of those it applied.
 *
 * @throws {MigrationError} when the database has a file that is not, or reads otherwise, in the folder, the login may
 * not change tables, or another adapter that changes them does not come to an end
 */
export async function migrate(session: Session, folder: string = MIGRATIONS_FOLDER): Promise<string[]> {
  const migrations = await readMigrations(folder);
  // Most starts find nothing to do, and may have a login that can do nothing.
  if (missingOf(migrations, await readApplied(session)).length === 0) return [];
  return await session.inTransaction(
    async (transaction) => {
      await takeTurn(transaction);
      const missing = missingOf(migrations, await readApplied(transaction));
      await prepare(transaction);
      for (const migration of missing) await apply(transaction, migration);
      return missing.map(({ name }) => name);
    },
    // An index on a large table takes its time.
    { requestTimeoutMs: 0 },
  );
}

async function takeTurn(on: Statements): Promise<void> {
  const [row] = await on.rows<{ answer: number }>(TAKE_TURN);
  if (row === undefined || row.answer < 0) {
    throw new MigrationError(
      'another adapter is changing the tables of the database and has not come to an end in a minute: start again when it has',
    );
  }
}

/** Answers less than 0 when it was not granted. */
const TAKE_TURN = `
  DECLARE @answer int;
  EXEC @answer = sp_getapplock @Resource = 'stockbridge-migrations', @LockMode = 'Exclusive',
    @LockOwner = 'Transaction', @LockTimeout = 60000;
  SELECT @answer AS answer;`;

/** The files `001-….sql`, `002-….sql`, … @throws {MigrationError} when one is missing in between */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{3}-[\w-]+\.sql$/.test(name)).sort();
  return await Promise.all(
    names.map(async (name, index) => {
      const version = Number(name.slice(0, 3));
      if (version !== index + 1) throw new MigrationError(`${name} in ${folder} does not follow ${index}`);
      const text = (await readFile(`${folder}/${name}`, 'utf8')).replaceAll('\r', '');
      return { version, name, text, checksum: createHash('sha256').update(text).digest('hex') };
    }),
  );
}

interface AppliedRow {
  version: number;
  name: string;
  checksum: string;
}

async function readApplied(on: Statements): Promise<AppliedRow[]> {
  const [exists] = await on.rows<{ id: number | null }>(`SELECT OBJECT_ID('wms.schema_version') AS id`);
  if (exists?.id == null) return [];
  return await on.rows<AppliedRow>('SELECT version, name, checksum FROM wms.schema_version ORDER BY version');
}

function missingOf(migrations: readonly Migration[], applied: readonly AppliedRow[]): Migration[] {
  for (const [index, { name, checksum }] of applied.entries()) {
    const known = migrations[index];
    if (known === undefined || known.name !== name) {
      throw new MigrationError(
        `the database has the migration ${name}, which this adapter does not know: start the version of the adapter that wrote it, or a later one`,
      );
    }
    if (known.checksum !== checksum) {
      throw new MigrationError(
        `infra/sql/${name} is not what was applied to the database: restore the file, and put the change into a new one`,
      );
    }
  }
  return migrations.slice(applied.length);
}

async function prepare(on: Statements): Promise<void> {
  await refused(
    'schema wms',
    on.rows(`IF SCHEMA_ID('wms') IS NULL EXEC('CREATE SCHEMA wms');
      IF OBJECT_ID('wms.schema_version') IS NULL
        EXEC('CREATE TABLE wms.schema_version (
          version int NOT NULL,
          name varchar(128) NOT NULL,
          checksum varchar(64) NOT NULL,
          applied_at datetime2(3) NOT NULL CONSTRAINT df_schema_version_applied_at DEFAULT SYSUTCDATETIME(),
          CONSTRAINT pk_schema_version PRIMARY KEY (version))')`),
  );
}

async function apply(on: Statements, { version, name, text, checksum }: Migration): Promise<void> {
  // As sqlcmd does: GO on a line of its own ends a batch.
  for (const batch of text.split(/^GO[ \t]*$/m).filter((part) => part.trim() !== '')) {
    await refused(name, on.rows(batch));
  }
  await on.rows(
    'INSERT INTO wms.schema_version (version, name, checksum) VALUES (@version, @name, @checksum)',
    {
      version: integer(version),
      name: ascii(name),
      checksum: ascii(checksum),
    },
  );
}

/**
 * "Permission denied" for a statement, a column, in the database, for a schema or table that it may not see, for an
 * action.
 */
const DENIED: ReadonlySet<unknown> = new Set([229, 230, 262, 2760, 1088, 4902, 15247]);

/** The last error of a batch may say no more than that there were others before it. */
function isDenied(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const before =
    'precedingErrors' in error && Array.isArray(error.precedingErrors) ? error.precedingErrors : [];
  return (
    ('number' in error && DENIED.has(error.number)) ||
    /permission/i.test(error.message) ||
    before.some(isDenied)
  );
}

async function refused(what: string, work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (isDenied(error)) {
      throw new MigrationError(
        `the login may not create ${what}: run "npm run adapter -- --migrate" once with a login that owns the database (${error.message})`,
      );
    }
    throw error;
  }
}
