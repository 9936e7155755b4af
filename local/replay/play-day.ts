import { join } from 'node:path';
import { adapterClient } from './adapter-client.ts';
import { latencyText, orderLinesText, parkedText } from './figures-text.ts';
import { openOrderPlay } from './order-play.ts';
import { type OrderResult, orderResult } from './order-result.ts';
import { watchParked } from './parked.ts';
import { openProgressLine } from './progress-line.ts';
import { readRetailRows } from './retail-row.ts';
import { openSession, type Session, type SessionFigures } from './session.ts';
import { allLocations, surveyOf } from './survey.ts';
import { createMapping, type WarehouseTransaction } from './transactions.ts';

const SAMPLE_DAY = join(import.meta.dirname, 'data/online-retail-2011-12-05.csv.gz');

export type PlayOptions = {
  adapterUrl: string;
  functionsUrl: string;
  cosmosConnection: string;
  /** Transactions a second; a line of an order counts as the pick it becomes. */
  rate: number;
  /** Ends it early. */
  signal: AbortSignal;
  /** Goes on beside the day, and is made before its first transaction. */
  beside?: (day: Pick<Session, 'forget'> & { say: (line: string) => void }) => BesideDay | undefined;
};

/** What goes on beside a day that is played. */
export type BesideDay = {
  /** How far it is, for the progress lines. */
  text: () => string;
  /** Called when the last transaction is sent, before the orders are waited for. */
  settle: () => Promise<void>;
  /** Called when everything rests, before the sides are compared; answers a part of the ending. */
  finish: () => Promise<string>;
  /** Called at the end in any case. */
  stop: () => Promise<void>;
};

export type PlayedDay = {
  /** The last pick, as the file has it, and the last order, for a person to try the APIs with. */
  pick: WarehouseTransaction | undefined;
  orderId: string | undefined;
  result: OrderResult;
  /** What became of what went on beside it. */
  beside: string | undefined;
};

/** Order lines under way at a time. */
const LINES_AT_ONCE = 250;

/**
 * Plays the sample day: its sales as orders, the rest as transactions of the WMS adapter, with a progress line. Each
 * time is a run of its own, so that playing again on the same data is another busy day.
 */
export async function playDay(options: PlayOptions): Promise<PlayedDay> {
  const { adapterUrl, functionsUrl, cosmosConnection, rate } = options;
  const survey = await surveyOf(SAMPLE_DAY);
  const client = adapterClient(adapterUrl);
  await client.putItems(survey.items);
  await client.putLocations(allLocations());

  const runId = new Date().toISOString();
  const mapping = createMapping({ runId, shift: 0 });
  const parked = watchParked(functionsUrl);
  const text = () =>
    [
      dayText(session.figures(), parked.count()),
      orderLinesText(orders.desk.figures()),
      ...(beside ? [beside.text()] : []),
    ].join('\n');
  const progress = openProgressLine(() => text());
  const over = new AbortController();
  const signal = AbortSignal.any([options.signal, over.signal]);
  const session = openSession({
    // The scanners of the day have a network: what they scan is there at once, and does not count as scanned offline.
    ...{ client, functionsUrl, rate, signal, scanNow: true },
    ...{ lanes: 4, watchOneIn: 20, say: progress.say },
  });
  const orders = openOrderPlay({
    ...{ client, functionsUrl, session, runId, signal, linesAtOnce: LINES_AT_ONCE },
  });
  const beside = options.beside?.({ say: progress.say, forget: session.forget });
  let pick: WarehouseTransaction | undefined;
  try {
    for await (const row of readRetailRows(SAMPLE_DAY)) {
      const transactions = mapping.transactionsOf(row);
      await orders.play(row, transactions);
      pick = transactions.findLast(({ type, lotNumber }) => type === 'pick' && !lotNumber) ?? pick;
    }
    await beside?.settle();
    await orders.finish();
    await session.finish();
    const ending = await beside?.finish();
    const result = await orderResult({ client, cosmosConnection, desk: orders.desk, signal });
    return { pick, orderId: orders.lastOrder(), result, beside: ending };
  } finally {
    await beside?.stop();
    parked.stop();
    progress.end();
    over.abort();
  }
}

function dayText({ sent, projected, latency }: SessionFigures, parked: string | undefined): string {
  const figures = [`events sent ${sent.toLocaleString('en')}`, `projected ${projected.toLocaleString('en')}`];
  return [...figures, latencyText(latency), parkedText(parked)].join(' · ');
}
