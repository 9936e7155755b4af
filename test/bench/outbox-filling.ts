import { createGroupCommit, type GroupCommit } from '../../apps/wms-adapter/booking/group-commit.ts';
import type { Database } from '../../apps/wms-adapter/database.ts';
import { openSqliteDatabase } from '../../apps/wms-adapter/sqlite/database.ts';
import type { Transaction } from '../../shared/contracts/transaction.ts';
import { WAREHOUSES } from './loads.ts';
import { eventsOfWork, WORK_LOCATIONS, workItem, workTransaction } from './warehouse-work.ts';

export type Filling = {
  /** Messages that shall wait, or one more, as a transfer is two. */
  readonly messages: number;
  readonly shelves: number;
  /** When the first was booked and when the last: the commits are spread over the time in between. */
  readonly from: Date;
  readonly to: Date;
};

/** Transactions in one commit. */
const AT_ONCE = 2_000;
const SAY_EVERY = 5_000;
const TRACE = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };

/**
 * Makes a WMS database of the adapter in which so many messages wait for the bus, booked by the adapter's own rules
 * through its own database.
 *
 * @param file made new
 * @param said told how many messages there are, every five seconds
 * @returns how many messages wait
 * @throws when a transaction is not applied
 */
export async function fillOutbox(
  file: string,
  { messages, shelves, from, to }: Filling,
  said: (messages: number) => void,
): Promise<number> {
  const database = openSqliteDatabase(file);
  try {
    await putMasterData(database, shelves);
    let next = 0;
    let written = 0;
    let saidAt = performance.now();
    const now = () => new Date(from.getTime() + ((to.getTime() - from.getTime()) * written) / messages);
    const groupCommit = createGroupCommit({ database, now, maxTransactions: AT_ONCE, maxWaiting: AT_ONCE });
    while (written < messages) {
      const scannedAt = now().toISOString();
      const transactions: Transaction[] = [];
      for (; written < messages && transactions.length < AT_ONCE; next += 1) {
        transactions.push(workTransaction(next, shelves, scannedAt));
        written += eventsOfWork(next, shelves);
      }
      await book(groupCommit, transactions);
      if (performance.now() - saidAt < SAY_EVERY) continue;
      said(written);
      saidAt = performance.now();
    }
    const { unsent } = await database.backlog();
    if (unsent !== written) throw new Error(`${written} messages were written, ${unsent} wait`);
    return unsent;
  } finally {
    await database.close();
  }
}

async function putMasterData(
  database: Pick<Database, 'addWarehouses' | 'putLocations' | 'putItems'>,
  shelves: number,
): Promise<void> {
  await database.addWarehouses(WAREHOUSES);
  await database.putLocations(
    WAREHOUSES.flatMap((warehouseId) => WORK_LOCATIONS.map((locationId) => ({ warehouseId, locationId }))),
  );
  await database.putItems(Array.from({ length: shelves }, (_, shelf) => ({ itemId: workItem(shelf) })));
}

async function book(groupCommit: GroupCommit, transactions: readonly Transaction[]): Promise<void> {
  const scanTimeOf = ({ scannedAt }: Transaction) => ({ scannedAt, flags: [] });
  const results = await groupCommit.book(
    transactions.map((transaction) => ({ transaction, scanTime: scanTimeOf(transaction), trace: TRACE })),
  );
  const refused = results.find(({ outcome }) => outcome !== 'applied');
  if (refused) throw new Error(`the WMS answered ${JSON.stringify(refused)}`);
}
