import type { DatabaseSync } from 'node:sqlite';
import { type ContainerDefinition, parseContainerDefinition } from './container-definition.ts';
import { inTransaction } from './database-file.ts';
import { badRequest, CosmosError, notFound } from './errors.ts';
import { type IndexedPath, indexedPaths } from './index-entries.ts';
import { compileIndexingPolicy, type PathNode } from './index-terms.ts';
import { createItemsTable, dropItemsTable, type ItemsTable, openItemsTable } from './items-table.ts';
import { parseJson } from './json.ts';
import { containerRid, databaseRid } from './resource-ids.ts';
import { upgradeFormat } from './upgrade.ts';

/** A database and its containers by id. `changed` is in seconds since 1970. */
export type Database = {
  number: number;
  id: string;
  rid: string;
  changed: number;
  containers: Map<string, Container>;
};

/** A container as the running server holds it. */
export type Container = {
  number: number;
  rid: string;
  database: Database;
  definition: ContainerDefinition;
  changed: number;
  /** Counts the replacements of the definition; its etag. */
  version: number;
  policy: PathNode;
  /** The paths of the sorted index. */
  indexed: IndexedPath[];
  items: ItemsTable;
};

/** Databases and containers: read at the start, kept in memory, written through. */
export type Catalog = {
  databases: Map<string, Database>;
  createDatabase(id: string): Database;
  deleteDatabase(database: Database): void;
  createContainer(database: Database, definition: ContainerDefinition): Container;
  replaceContainer(container: Container, definition: ContainerDefinition): void;
  deleteContainer(container: Container): void;
  /** By id or rid; throws 404. */
  database(name: string): Database;
  container(database: string, name: string): Container;
};

/** Opens the catalog of a data file; `now` gives milliseconds since 1970. */
export function openCatalog(file: DatabaseSync, now: () => number): Catalog {
  upgradeFormat(file);
  const databases = loadDatabases(file);
  const seconds = (): number => Math.floor(now() / 1000);

  function database(name: string): Database {
    const found = databases.get(name) ?? [...databases.values()].find((candidate) => candidate.rid === name);
    if (found === undefined) throw notFound('database', name, { substatus: 1003 });
    return found;
  }

  return {
    databases,
    database,
    container(databaseName, name) {
      const { containers } = database(databaseName);
      const found =
        containers.get(name) ?? [...containers.values()].find((candidate) => candidate.rid === name);
      if (found === undefined) throw notFound('container', name, { substatus: 1003 });
      return found;
    },
    createDatabase(id) {
      if (databases.has(id)) throw new CosmosError(409, `Database '${id}' already exists`);
      const changed = seconds();
      const { lastInsertRowid } = file
        .prepare('INSERT INTO databases (id, changed) VALUES (?, ?)')
        .run(id, changed);
      const number = Number(lastInsertRowid);
      const created: Database = { number, id, rid: databaseRid(number), changed, containers: new Map() };
      databases.set(id, created);
      return created;
    },
    deleteDatabase(gone) {
      inTransaction(file, () => {
        for (const container of gone.containers.values()) deleteContainerRow(file, container);
        file.prepare('DELETE FROM databases WHERE number = ?').run(gone.number);
      });
      databases.delete(gone.id);
    },
    createContainer(owner, definition) {
      if (owner.containers.has(definition.id)) {
        throw new CosmosError(409, `Container '${definition.id}' already exists in database '${owner.id}'`);
      }
      const created = inTransaction(file, () => insertContainer(file, owner, definition, seconds()));
      owner.containers.set(definition.id, created);
      return created;
    },
    replaceContainer(container, definition) {
      checkReplaceable(container.definition, definition);
      const policy = compileIndexingPolicy(definition.indexingPolicy);
      const indexed = indexedPaths(definition.indexingPolicy, policy);
      inTransaction(file, () => {
        const changed = seconds();
        file
          .prepare(
            'UPDATE containers SET definition = ?, changed = ?, version = version + 1 WHERE number = ?',
          )
          .run(JSON.stringify(definition), changed, container.number);
        container.items.setDefaultTtl(definition.defaultTtl);
        if (JSON.stringify(indexed) !== JSON.stringify(container.indexed)) container.items.reindex(indexed);
        container.changed = changed;
      });
      container.version += 1;
      container.definition = definition;
      container.policy = policy;
      container.indexed = indexed;
    },
    deleteContainer(container) {
      inTransaction(file, () => deleteContainerRow(file, container));
      container.database.containers.delete(container.definition.id);
    },
  };
}

function loadDatabases(file: DatabaseSync): Map<string, Database> {
  const databases = new Map<string, Database>();
  for (const row of file.prepare('SELECT number, id, changed FROM databases ORDER BY number').all()) {
    const number = Number(row.number);
    const id = String(row.id);
    const loaded = {
      number,
      id,
      rid: databaseRid(number),
      changed: Number(row.changed),
      containers: new Map(),
    };
    databases.set(id, loaded);
    const containers = file
      .prepare('SELECT * FROM containers WHERE database = ? ORDER BY number')
      .all(number);
    for (const entry of containers) {
      const definition = parseContainerDefinition(parseJson(String(entry.definition)));
      const container = openContainer(
        file,
        loaded,
        Number(entry.number),
        definition,
        Number(entry.changed),
        Number(entry.version),
      );
      loaded.containers.set(definition.id, container);
    }
  }
  return databases;
}

function insertContainer(
  file: DatabaseSync,
  owner: Database,
  definition: ContainerDefinition,
  changed: number,
): Container {
  const { lastInsertRowid } = file
    .prepare(
      'INSERT INTO containers (database, id, definition, changed, version, reserved_lsn) VALUES (?, ?, ?, ?, 1, 0)',
    )
    .run(owner.number, definition.id, JSON.stringify(definition), changed);
  const number = Number(lastInsertRowid);
  createItemsTable(file, number);
  return openContainer(file, owner, number, definition, changed, 1);
}

function openContainer(
  file: DatabaseSync,
  database: Database,
  number: number,
  definition: ContainerDefinition,
  changed: number,
  version: number,
): Container {
  const policy = compileIndexingPolicy(definition.indexingPolicy);
  return {
    number,
    rid: containerRid(database.number, number),
    database,
    definition,
    changed,
    version,
    policy,
    indexed: indexedPaths(definition.indexingPolicy, policy),
    items: openItemsTable(file, number),
  };
}

function deleteContainerRow(file: DatabaseSync, container: Container): void {
  dropItemsTable(file, container.number);
  file.prepare('DELETE FROM containers WHERE number = ?').run(container.number);
}

/** The service lets neither the partition key nor the unique keys of a container change. */
function checkReplaceable(before: ContainerDefinition, after: ContainerDefinition): void {
  if (before.id !== after.id)
    throw badRequest(`The id of container '${before.id}' cannot be changed to '${after.id}'`);
  for (const name of ['partitionKey', 'uniqueKeyPolicy'] as const) {
    if (JSON.stringify(before[name]) !== JSON.stringify(after[name])) {
      throw badRequest(`The ${name} of container '${before.id}' cannot be changed`);
    }
  }
}
