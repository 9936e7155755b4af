import { DatabaseSync } from 'node:sqlite';
import { openSqliteDatabase } from '../../../apps/wms-adapter/sqlite/database.ts';
import { openWmsSqlite } from '../../../shared/wms-sqlite/wms-sqlite-reader.ts';
import type { Books } from './books.ts';

let databases = 0;

/** The adapter's own SQLite tables, in memory. They are there as long as one connection is open. */
export function sqliteBooks(): Books {
  databases += 1;
  const path = pathOf(`simulation-${databases}`);
  let backups = 0;
  return {
    connect: () => openSqliteDatabase(path),
    reader: openWmsSqlite(path),
    backup() {
      backups += 1;
      const file = pathOf(`simulation-${databases}-backup-${backups}`);
      // Keeps the backup.
      const kept = new DatabaseSync(file);
      copyTables(path, file);
      return () => {
        if (kept.isOpen) putBack(file, path);
      };
    },
  };
}

function pathOf(name: string): string {
  return `file:${name}?mode=memory&cache=shared`;
}

/** Rows alone: indexes and constraints are those of where they are put back. */
function copyTables(from: string, to: string): void {
  withBoth(from, to, (connection) => {
    for (const { table, columns } of tablesOf(connection))
      connection.exec(
        `CREATE TABLE other.${quoted(`kept_${table}`)} AS SELECT ${columns} FROM main.${quoted(table)}`,
      );
  });
}

function putBack(from: string, to: string): void {
  withBoth(to, from, (connection) => {
    for (const { table, columns } of tablesOf(connection))
      connection.exec(`DELETE FROM main.${quoted(table)};
        INSERT INTO main.${quoted(table)} (${columns}) SELECT ${columns} FROM other.${quoted(`kept_${table}`)}`);
  });
}

/** In one transaction, on a connection of its own: `main` is the one, `other` the other. */
function withBoth(main: string, other: string, work: (connection: DatabaseSync) => void): void {
  const connection = new DatabaseSync(main, { enableForeignKeyConstraints: false });
  try {
    connection.prepare('ATTACH ? AS other').run(other);
    connection.exec('BEGIN IMMEDIATE');
    work(connection);
    connection.exec('COMMIT');
  } finally {
    connection.close();
  }
}

/** All tables, that of the numbers given out included, with the columns that are not computed. */
function tablesOf(connection: DatabaseSync): { table: string; columns: string }[] {
  const tables = connection.prepare(`SELECT name FROM main.sqlite_schema WHERE type = 'table'`).all();
  const columnsOf = connection.prepare(`SELECT name FROM pragma_table_xinfo(?, 'main') WHERE hidden = 0`);
  return tables.map(({ name }) => {
    const table = String(name);
    return {
      table,
      columns: columnsOf
        .all(table)
        .map((column) => quoted(String(column.name)))
        .join(', '),
    };
  });
}

function quoted(name: string): string {
  return `"${name}"`;
}
