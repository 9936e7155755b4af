import { type AllocationTables, noAllocations } from './allocations.ts';
import { type DeviceTables, noDevices } from './devices.ts';
import { type LedgerTables, noLedger } from './ledger.ts';
import { type LockTables, noLocks } from './locks.ts';
import { type MasterDataTables, noMasterData } from './master-data.ts';
import { noOutbox, type OutboxTables } from './outbox.ts';
import { noPositions, type PositionTables } from './positions.ts';
import { noRecountTasks, type RecountTaskTables } from './recount-tasks.ts';
import { noSignIns, type SignInTables } from './sign-ins.ts';
import { noStocks, type StockTables } from './stocks.ts';

/**
 * The tables of the WMS: maps, sets and lists of rows. A row is never changed, another takes its place, so that a copy of
 * the tables shares the rows.
 */
export type Tables = PositionTables &
  LedgerTables &
  StockTables &
  AllocationTables &
  LockTables &
  OutboxTables &
  MasterDataTables &
  DeviceTables &
  RecountTaskTables &
  SignInTables & {
    /** The last number that a row of positions or stocks was given. */
    rowVersion: number;
  };

/** What stays when no process of the adapter runs, as the disk of the WMS's database does. */
export type AdapterMemory = { tables: Tables };

/** The WMS as it was at one moment, to go back to. */
export type Backup = { readonly tables: Tables };

export function emptyMemory(): AdapterMemory {
  return {
    tables: {
      rowVersion: 0,
      ...{ ...noPositions(), ...noLedger(), ...noStocks(), ...noAllocations(), ...noLocks() },
      ...{ ...noOutbox(), ...noMasterData(), ...noDevices(), ...noRecountTasks(), ...noSignIns() },
    },
  };
}

/** Takes as long as to write down references to the rows: some milliseconds for 100,000 of them. */
export function backupOf({ tables }: AdapterMemory): Backup {
  return { tables: copied(tables) };
}

/** Everything that was written since the backup is gone, for all who have the memory open. The backup may be restored again. */
export function restore(memory: AdapterMemory, { tables }: Backup): void {
  memory.tables = copied(tables);
}

function copied(tables: Tables): Tables {
  return Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, copyOf(table)])) as Tables;
}

/** Maps may hold tables themselves; sets and lists hold rows. */
function copyOf(table: unknown): unknown {
  if (table instanceof Map) {
    const copy = new Map();
    for (const [key, value] of table) copy.set(key, copyOf(value));
    return copy;
  }
  if (table instanceof Set) return new Set(table);
  return Array.isArray(table) ? table.slice() : table;
}
