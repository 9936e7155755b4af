import { createHash } from 'node:crypto';
import { httpWmsLedger } from '../../../apps/rebuild/wms-ledger.ts';
import { openContainers } from '../../../shared/cosmos/connection.ts';
import { cosmosStockStore } from '../../../shared/cosmos/stock-store.ts';
import { cosmosStockSweep } from '../../../shared/cosmos/stock-sweep.ts';
import { completeJournal } from '../../../shared/journal/complete-journal.ts';
import { rebuild } from '../../../shared/journal/rebuild.ts';
import { systemRuntime } from '../../../shared/ports/runtime.ts';
import { readWarehouses } from '../../../shared/settings.ts';
import { openStorage } from '../../../shared/storage/connection.ts';
import { tableJournalStore } from '../../../shared/storage/journal-store.ts';
import { type Checked, countText, type Finding } from './finding.ts';

export type JournalCheck = {
  adapterUrl: string;
  connections: { readonly cosmos: string; readonly storage: string };
  /** Whether Azurite was killed: it answers before it writes (docs/operations.md), so that rows of its last seconds may be gone. */
  storageWasKilled: boolean;
};

/** The journal has every event of the ledger once, and the fold of it is what the cloud has. */
export async function checkJournal({
  adapterUrl,
  connections,
  storageWasKilled,
}: JournalCheck): Promise<Checked> {
  const settings = { StorageConnection: connections.storage, CosmosConnection: connections.cosmos };
  const storage = await openStorage(settings);
  const { stock: container } = await openContainers(settings, 'sweep');
  const warehouses = readWarehouses({});
  const journal = tableJournalStore(storage.table('journal'));
  const findings: Finding[] = [];
  const seen: string[] = [];
  const complain = (kind: Finding['kind'], count: number, text: string) => {
    if (count > 0) findings.push({ kind, count, text });
  };

  const completion = await completeJournal(
    { journal, ledger: httpWmsLedger({ url: adapterUrl, key: undefined }) },
    { warehouses, digest: (text) => createHash('sha1').update(text).digest('base64').slice(0, 16) },
  );
  const { published, present, missing, different, unpublished } = completion;
  if (missing > 0 && storageWasKilled)
    seen.push(
      `${countText(missing)} rows of the journal went with a killed Azurite, which answers before it writes; they came back from the ledger (\`npm run rebuild -- --journal\`).`,
    );
  else complain('lost', missing, 'events that the journal does not have');
  complain('wrong', different, 'events that the journal has with another content');
  complain('doubled', unpublished, 'events that the journal has and the ledger has not');
  seen.push(
    `${countText(present)} of ${countText(published)} events of the ledger are in the journal once each.`,
  );

  const report = await rebuild(
    {
      journal,
      stock: cosmosStockStore(container),
      sweep: cosmosStockSweep(container),
      runtime: systemRuntime,
    },
    { warehouses, repair: false },
  );
  const examples = JSON.stringify(report.examples).slice(0, 500);
  complain('wrong', report.different, `positions that the fold of the journal has otherwise: ${examples}`);
  complain('wrong', report.wrongTotals, 'stock documents whose total is not the sum of their positions');
  complain('lost', report.gaps, `positions with versions that the journal never saw: ${examples}`);
  complain('wrong', report.mismatches, `neighbouring versions that contradict each other: ${examples}`);
  seen.push(`${countText(report.equal)} positions are the fold of the journal.`);
  return { findings, seen };
}
