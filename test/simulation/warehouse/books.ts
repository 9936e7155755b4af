import type { Database } from '../../../apps/wms-adapter/database.ts';
import type { WmsSql } from '../../../shared/ports/wms-sql.ts';
import { openMemoryDatabase } from '../../doubles/adapter-database/database.ts';
import { backupOf, emptyMemory, restore } from '../../doubles/adapter-database/memory.ts';
import { readMemory } from '../../doubles/adapter-database/wms-reader.ts';
import { sqliteBooks } from './sqlite-books.ts';

/** The WMS's database, which stays when no adapter runs. */
export type Books = {
  /** A connection of an adapter's own. */
  connect(): Database;
  /** As the reconciliation reads them. */
  readonly reader: WmsSql;
  /**
   * Keeps them as they are; called, the answer puts that back, any number of times. Connections stay open, and see the old
   * books then.
   */
  backup(): () => void;
};

/**
 * What keeps the books: plain maps, which pass the contract of the real databases and are ten times as quick, or the
 * adapter's own SQLite tables, in memory as well. A run of one seed is the same on both.
 */
export const BOOKS_KINDS = ['memory', 'sqlite'] as const;
export type BooksKind = (typeof BOOKS_KINDS)[number];

export function openBooks(kind: BooksKind): Books {
  return kind === 'memory' ? memoryBooks() : sqliteBooks();
}

function memoryBooks(): Books {
  const memory = emptyMemory();
  return {
    connect: () => openMemoryDatabase(memory),
    reader: readMemory(memory),
    backup() {
      const kept = backupOf(memory);
      return () => restore(memory, kept);
    },
  };
}
