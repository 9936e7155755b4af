import { createHash } from 'node:crypto';
import { z } from 'zod';
import { httpWmsLedger } from '../../../apps/command-line/rebuild/wms-ledger.ts';
import type { InventoryEvent } from '../../../shared/contracts/inventory-event.ts';
import { openContainers } from '../../../shared/cosmos/connection.ts';
import { cosmosStockStore } from '../../../shared/cosmos/stock-store.ts';
import { cosmosStockSweep } from '../../../shared/cosmos/stock-sweep.ts';
import { completeJournal } from '../../../shared/journal/complete-journal.ts';
import { rebuild } from '../../../shared/journal/rebuild.ts';
import type { JournalStore } from '../../../shared/ports/journal-store.ts';
import { systemRuntime } from '../../../shared/ports/runtime.ts';
import { readWarehouses } from '../../../shared/settings/warehouses.ts';
import { openStorage } from '../../../shared/storage/connection.ts';
import { tableJournalStore } from '../../../shared/storage/journal-store.ts';
import { readFileOnce } from '../../../shared/wms-sqlite/read-only-file.ts';
import type { Range } from '../wms-watch.ts';
import { type Checked, type Checking, countText, type Finding, findingAbout } from './finding.ts';

/**
 * Azurite answers before it writes: it saves its tables every five seconds, and less often when they are large (local/stack/azurite-autosave.ts):
 * at 400,000 rows that takes six. What it answered longer than this before it was killed it has kept. Milliseconds.
 */
export const AZURITE_SAVES_WITHIN = 60_000;

export type JournalCheck = {
  readonly adapterUrl: string;
  readonly connections: { readonly cosmos: string; readonly storage: string };
  /** The SQLite file of the WMS. */
  readonly wmsFile: string;
  /** Events whose rows may have gone with Azurite: for each time it was killed those that it may not have saved. */
  readonly unsaved: readonly Range[];
};

/** The journal has every event of the ledger once, and the fold of it is what the cloud has. */
export async function checkJournal(
  { adapterUrl, connections, wmsFile, unsaved }: JournalCheck,
  { tell }: Checking,
): Promise<Checked> {
  const settings = { StorageConnection: connections.storage, CosmosConnection: connections.cosmos };
  const storage = await openStorage(settings);
  const { stock: container } = await openContainers(settings, 'sweep');
  const warehouses = readWarehouses({});
  const journal = tableJournalStore(storage.table('journal'));
  const findings: Finding[] = [];
  const complain = (kind: Finding['kind'], count: number, text: string) => {
    if (count > 0) findings.push({ kind, count, text });
  };

  const missing: InventoryEvent[] = [];
  const { published, present, different, unpublished, examples } = await completeJournal(
    {
      journal: notingEvents(journal, missing),
      ledger: httpWmsLedger({ url: adapterUrl, key: undefined }),
    },
    {
      ...{ warehouses, digest: (text) => createHash('sha1').update(text).digest('base64').slice(0, 16) },
      onProgress: ({ journalled, published: compared }) =>
        tell(`${countText(journalled)} rows, ${countText(compared)} events of the ledger`),
    },
  );
  const { gone, lost } = await sortMissing(missing, wmsFile, unsaved);
  findings.push(...findingAbout('lost', 'events that the journal does not have', lost));
  complain(
    'wrong',
    different,
    `events that the journal has with another content: ${examples.different.join(', ')}`,
  );
  complain('doubled', unpublished, 'events that the journal has and the ledger has not');

  tell('folding it');
  const report = await rebuild(
    {
      journal,
      stock: cosmosStockStore(container),
      sweep: cosmosStockSweep(container),
      runtime: systemRuntime,
    },
    { warehouses, repair: false },
  );
  const first = JSON.stringify(report.examples).slice(0, 500);
  complain('wrong', report.different, `positions that the fold of the journal has otherwise: ${first}`);
  complain('wrong', report.wrongTotals, 'stock documents whose total is not the sum of their positions');
  complain('lost', report.gaps, `positions with versions that the journal never saw: ${first}`);
  complain('wrong', report.mismatches, `neighbouring versions that contradict each other: ${first}`);
  const seen = [
    `${countText(present)} of ${countText(published)} events of the ledger are in the journal once each.`,
    ...(unsaved.length === 0 ? [] : [goneText(gone)]),
    `${countText(report.equal)} positions are the fold of the journal.`,
  ];
  return { findings, seen };
}

/** The same journal, which tells what is written into it. */
function notingEvents(journal: JournalStore, noted: InventoryEvent[]): JournalStore {
  return {
    ...journal,
    append: (entries) => {
      for (const entry of entries) if (entry.kind === 'event') noted.push(entry.event);
      return journal.append(entries);
    },
  };
}

/** How many may have gone with Azurite, by the time it was killed, and the names of the others. */
async function sortMissing(
  missing: readonly InventoryEvent[],
  wmsFile: string,
  unsaved: readonly Range[],
): Promise<{ gone: number[]; lost: string[] }> {
  const gone = unsaved.map(() => 0);
  const lost: string[] = [];
  const numbers = missing.length === 0 ? new Map<string, number>() : await numbersOf(missing, wmsFile);
  for (const { eventId, itemId, warehouseId, timestamp } of missing) {
    const number = numbers.get(eventId) ?? 0;
    const kill = unsaved.findIndex(({ after, upTo }) => number > after && number <= upTo);
    if (kill >= 0) gone[kill] = (gone[kill] ?? 0) + 1;
    else lost.push(`${eventId} (${itemId} in ${warehouseId}, ${timestamp})`);
  }
  return { gone, lost };
}

const numberedSchema = z.array(z.object({ eventId: z.string(), number: z.int() }));

async function numbersOf(
  events: readonly InventoryEvent[],
  wmsFile: string,
): Promise<ReadonlyMap<string, number>> {
  const query = `SELECT body ->> '$.eventId' AS eventId, sequence AS number FROM event
    WHERE kind = 'event' AND body ->> '$.eventId' IN (SELECT value FROM json_each(?))`;
  const ids = JSON.stringify(events.map(({ eventId }) => eventId));
  const rows = await readFileOnce(wmsFile, (file) => file.prepare(query).all(ids));
  return new Map(numberedSchema.parse(rows).map(({ eventId, number }) => [eventId, number]));
}

function goneText(gone: readonly number[]): string {
  const sum = gone.reduce((total, count) => total + count, 0);
  const seconds = AZURITE_SAVES_WITHIN / 1_000;
  return (
    `${countText(sum)} rows of the journal went with Azurite, which was killed ${gone.length} × (${gone.map(countText).join(', ')}) and answers before ` +
    `it writes: all of events that were not in the journal ${seconds} s before. They came back from the ledger (\`npm run rebuild -- --journal\`).`
  );
}
