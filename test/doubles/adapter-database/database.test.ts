import { describeDatabase } from '../../../apps/wms-adapter/database-contract.ts';
import { openMemoryDatabase } from './database.ts';
import { emptyMemory } from './memory.ts';

describeDatabase('memory', async () => {
  const memory = emptyMemory();
  let database = openMemoryDatabase(memory);
  return {
    database,
    async reopen() {
      await database.close().catch(() => undefined);
      database = openMemoryDatabase(memory);
      return database;
    },
    dispose: () => database.close().catch(() => undefined),
  };
});
