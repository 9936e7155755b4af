import type { DatabaseSync } from 'node:sqlite';
import { pragma } from '../sqlite/database-file.ts';
import { parseContainerDefinition } from './container-definition.ts';
import { FORMAT, inTransaction } from './database-file.ts';
import { indexedPaths } from './index-entries.ts';
import { compileIndexingPolicy } from './index-terms.ts';
import { createItemIndex } from './item-index.ts';
import { openItemsTable } from './items-table.ts';
import { parseJson } from './json.ts';

/** Gives the containers of a file of format 1 a sorted index. Does nothing to a file that has today's format. */
export function upgradeFormat(file: DatabaseSync): void {
  if (pragma(file, 'user_version') === FORMAT) return;
  inTransaction(file, () => {
    for (const row of file.prepare('SELECT number, definition FROM containers').all()) {
      const container = Number(row.number);
      const { indexingPolicy } = parseContainerDefinition(parseJson(String(row.definition)));
      file.exec(`ALTER TABLE items_${container} ADD COLUMN entries TEXT NOT NULL DEFAULT '[]'`);
      createItemIndex(file, container);
      openItemsTable(file, container).reindex(
        indexedPaths(indexingPolicy, compileIndexingPolicy(indexingPolicy)),
      );
    }
    file.exec(`PRAGMA user_version=${FORMAT}`);
  });
}
