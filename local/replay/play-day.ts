import { join } from 'node:path';
import { adapterClient } from './adapter-client.ts';
import { latencyText, parkedText } from './figures-text.ts';
import { watchParked } from './parked.ts';
import { openProgressLine } from './progress-line.ts';
import { readRetailRows } from './retail-row.ts';
import { openSession, type SessionFigures } from './session.ts';
import { allLocations, shiftToNow, surveyOf } from './survey.ts';
import { createMapping, type WarehouseTransaction } from './transactions.ts';

const SAMPLE_DAY = join(import.meta.dirname, 'data/online-retail-2011-12-05.csv.gz');

export type PlayOptions = {
  adapterUrl: string;
  functionsUrl: string;
  /** Transactions a second. */
  rate: number;
  /** Ends it early. */
  signal: AbortSignal;
};

/**
 * Plays the sample day through the WMS adapter, with a progress line. Each time is a run of its own, so that playing
 * again on the same data is another busy day.
 *
 * @returns the last pick, for a person to try the APIs with
 */
export async function playDay({
  adapterUrl,
  functionsUrl,
  rate,
  signal,
}: PlayOptions): Promise<WarehouseTransaction | undefined> {
  const survey = await surveyOf(SAMPLE_DAY);
  const client = adapterClient(adapterUrl);
  await client.putItems(survey.items);
  await client.putLocations(allLocations());

  const now = Date.now();
  const mapping = createMapping({ runId: new Date(now).toISOString(), shift: shiftToNow(survey, now) });
  const parked = watchParked(functionsUrl);
  const text = () => dayText(session.figures(), parked.count());
  const progress = openProgressLine(() => text());
  const session = openSession({
    client,
    functionsUrl,
    lanes: 4,
    watchOneIn: 20,
    rate,
    signal,
    say: progress.say,
  });
  let lastPick: WarehouseTransaction | undefined;
  try {
    for await (const row of readRetailRows(SAMPLE_DAY)) {
      for (const transaction of mapping.transactionsOf(row)) {
        await session.send(transaction);
        if (transaction.type === 'pick' && transaction.lotNumber === undefined) lastPick = transaction;
      }
    }
    await session.finish();
  } finally {
    parked.stop();
    progress.end();
  }
  return lastPick;
}

function dayText({ sent, projected, latency }: SessionFigures, parked: string | undefined): string {
  const figures = [`events sent ${sent.toLocaleString('en')}`, `projected ${projected.toLocaleString('en')}`];
  return [...figures, latencyText(latency), parkedText(parked)].join(' · ');
}
