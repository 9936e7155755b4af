import type { Database } from '../../../apps/wms-adapter/database.ts';
import { openSqliteDatabase } from '../../../apps/wms-adapter/sqlite/database.ts';
import type { WmsSql } from '../../../shared/ports/wms-sql.ts';
import { openWmsSqlite } from '../../../shared/wms-sqlite/wms-sqlite-reader.ts';
import { openMemoryDatabase } from '../../doubles/adapter-database/database.ts';
import { emptyMemory } from '../../doubles/adapter-database/memory.ts';
import { readMemory } from '../../doubles/adapter-database/wms-reader.ts';

/** The WMS's database, which stays when no adapter runs. */
export type Books = {
  /** A connection of an adapter's own. */
  connect(): Database;
  /** As the reconciliation reads them. */
  readonly reader: WmsSql;
};

/**
 * What keeps the books: plain maps, which pass the contract of the real databases and are ten times as quick, or the
 * adapter's own SQLite tables, in memory as well. A run of one seed is the same on both.
 */
export const BOOKS_KINDS = ['memory', 'sqlite'] as const;
export type BooksKind = (typeof BOOKS_KINDS)[number];

export function openBooks(kind: BooksKind): Books {
  return kind === 'memory' ? inMemory() : onSqlite();
}

function inMemory(): Books {
  const memory = emptyMemory();
  return { connect: () => openMemoryDatabase(memory), reader: readMemory(memory) };
}

let databases = 0;

/** They are there as long as one connection is open. */
function onSqlite(): Books {
  databases += 1;
  const path = `file:simulation-${databases}?mode=memory&cache=shared`;
  return { connect: () => openSqliteDatabase(path), reader: openWmsSqlite(path) };
}
