import { setTimeout as sleep } from 'node:timers/promises';
import { peakMemory } from '../stack/process-memory.ts';
import { type AdapterClient, adapterClient } from './adapter-client.ts';
import { cloudPositions } from './cloud-stock.ts';
import { type Comparison, comparePositions } from './compare.ts';
import { countsText, durationText, latencyText, orderLinesText, parkedText } from './figures-text.ts';
import type { OrderDesk } from './order-desk.ts';
import { openOrderPlay } from './order-play.ts';
import { isSound, orderResult, orderResultLines } from './order-result.ts';
import { watchParked } from './parked.ts';
import { openProgressLine } from './progress-line.ts';
import { type RowRange, readRetailRows } from './retail-row.ts';
import { openSession } from './session.ts';
import { allLocations, type Survey, shiftToNow, surveyOf } from './survey.ts';
import { createMapping } from './transactions.ts';

export type ReplayOptions = {
  file: string;
  /** Which of its lines; all when not given. */
  range?: RowRange;
  /** Plays the sales as orders; otherwise they are picks that nobody asked for. */
  orders?: boolean;
  /** Transactions a second; as fast as they are taken when not given. */
  rate?: number | undefined;
  runId: string;
  adapterUrl: string;
  functionsUrl: string;
  cosmosConnection: string;
  /** Process ids of what is to be measured, by name. They may change while it runs. */
  processes: () => Record<string, number>;
  signal: AbortSignal;
};

const LANES = 6;
const WATCH_ONE_IN = 500;
/** Order lines under way at a time: enough to keep all parts busy, few enough for short ways. */
const LINES_AT_ONCE = 400;
/** The comparison fails when nothing changes in the cloud for this long, in milliseconds. */
const PATIENCE = 180_000;
/** Comparing takes at most about a fifth of the time, so that it does not hold the cloud up. At least this many milliseconds between. */
const COMPARE_EVERY = 2_000;
const COMPARE_SHARE = 5;

/** Plays a file, waits for the cloud, compares both sides and prints a report. True when all is equal. */
export async function replayFile(options: ReplayOptions): Promise<boolean> {
  const memory = watchMemory(options.processes);
  console.log(`Reading ${options.file} …`);
  const survey = await surveyOf(options.file, options.range);
  const begun = performance.now();
  const over = new AbortController();
  const signal = AbortSignal.any([options.signal, over.signal]);
  try {
    return await playAndCompare({ ...options, signal }, survey, begun);
  } finally {
    over.abort();
    console.log(`Most memory held: ${memory.peaks()}`);
    memory.stop();
  }
}

async function playAndCompare(options: ReplayOptions, survey: Survey, begun: number): Promise<boolean> {
  const { cosmosConnection, signal } = options;
  const desk = await play(options, survey);
  const client = adapterClient(options.adapterUrl);
  const comparison = await whenCaughtUp(client, options);
  console.log(`In step after ${durationText((performance.now() - begun) / 1_000)}.`);
  const equal = printComparison(comparison);
  if (desk === undefined) return equal;
  const result = await orderResult({ client, cosmosConnection, desk, signal });
  for (const line of orderResultLines(result)) console.log(line);
  return equal && isSound(result);
}

/** @returns the desk of the orders, when there were any */
async function play(options: ReplayOptions, survey: Survey): Promise<OrderDesk | undefined> {
  const { functionsUrl, rate, runId, signal } = options;
  let adapterAway: string | undefined;
  let ordersAway: string | undefined;
  const client = adapterClient(options.adapterUrl, (reason) => {
    adapterAway = reason;
  });
  await client.putItems(survey.items);
  await client.putLocations(allLocations());

  const mapping = createMapping({ runId, shift: shiftToNow(survey, Date.now()) });
  const parked = watchParked(functionsUrl);
  const begun = performance.now();
  const seconds = () => (performance.now() - begun) / 1_000;
  let lines = 0;
  const progress = openProgressLine(() => {
    const { transactions, projected, latency } = session.figures();
    const left = lines === 0 ? 0 : (seconds() * (survey.lines - lines)) / lines;
    return [
      `${Math.floor((100 * lines) / Math.max(1, survey.lines))} %`,
      `${transactions.toLocaleString('en')} transactions`,
      `${Math.round(transactions / seconds()).toLocaleString('en')}/s`,
      `${durationText(left)} left`,
      `${projected.toLocaleString('en')} events projected`,
      latencyText(latency),
      parkedText(parked.count()),
      ...(adapterAway === undefined ? [] : [adapterAway]),
      ...(ordersAway === undefined ? [] : [ordersAway]),
    ]
      .join(' · ')
      .concat(orders === undefined ? '' : `\n${orderLinesText(orders.desk.figures())}`);
  });
  const session = openSession({
    ...{ client, functionsUrl, rate, signal, say: progress.say },
    ...{ lanes: LANES, watchOneIn: WATCH_ONE_IN },
  });
  const orders = options.orders
    ? openOrderPlay({
        ...{ client, functionsUrl, session, runId, signal, linesAtOnce: LINES_AT_ONCE },
        waiting: (reason) => {
          ordersAway = reason;
        },
      })
    : undefined;
  try {
    for await (const row of readRetailRows(options.file, options.range)) {
      const transactions = mapping.transactionsOf(row);
      if (orders) await orders.play(row, transactions);
      else for (const transaction of transactions) await session.send(transaction);
      lines += 1;
    }
    await orders?.finish();
    await session.answered();
  } finally {
    parked.stop();
    progress.end();
  }
  const { transactions, sent, outcomes } = session.figures();
  const rateReached = Math.round(transactions / seconds()).toLocaleString('en');
  console.log(
    `${lines.toLocaleString('en')} lines became ${transactions.toLocaleString('en')} transactions (${sent.toLocaleString('en')} events), ` +
      `sent in ${durationText(seconds())}: ${rateReached} transactions/s.`,
  );
  console.log(
    `Outcomes: ${countsText(Object.entries(outcomes))}. Lines that are no goods: ${countsText(mapping.skipped)}.`,
  );
  return orders?.desk;
}

/** Compares until both sides are equal, or until the cloud has not moved for a long time. */
async function whenCaughtUp(
  client: AdapterClient,
  { cosmosConnection, signal }: ReplayOptions,
): Promise<Comparison> {
  let state = 'comparing all positions …';
  const progress = openProgressLine(() => state);
  let last: Comparison | undefined;
  let movedAt = Date.now();
  try {
    for (;;) {
      signal.throwIfAborted();
      const begun = performance.now();
      const comparison = await compareNow(client, cosmosConnection);
      const pause = Math.max(COMPARE_EVERY, COMPARE_SHARE * (performance.now() - begun));
      if (comparison instanceof Error) {
        state = `Cosmos DB does not answer (${comparison.message})`;
      } else {
        if (comparison.progress !== last?.progress || comparison.different !== last.different)
          movedAt = Date.now();
        last = comparison;
        if (comparison.different === 0) return comparison;
        state = `the cloud is catching up: ${comparison.different.toLocaleString('en')} positions to go`;
      }
      if (Date.now() - movedAt > PATIENCE) {
        if (last === undefined) throw comparison;
        return last;
      }
      await sleep(pause, undefined, { signal });
    }
  } finally {
    progress.end();
  }
}

async function compareNow(client: AdapterClient, cosmosConnection: string): Promise<Comparison | Error> {
  try {
    return await comparePositions(client.positions(), cloudPositions(cosmosConnection));
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function printComparison({ compared, different, differences }: Comparison): boolean {
  const positions = `${compared.toLocaleString('en')} positions compared`;
  if (different === 0) {
    console.log(`${positions}, all equal.`);
    return true;
  }
  console.log(`${positions}, ${different.toLocaleString('en')} differ:`);
  for (const difference of differences) console.log(`  ${difference}`);
  if (different > differences.length) console.log(`  … and ${different - differences.length} more`);
  return false;
}

/** Looks at the memory peaks every few seconds, since a process that was killed takes its own away. */
function watchMemory(processes: ReplayOptions['processes']) {
  const peaks = new Map<string, number>();
  const look = () => {
    for (const [name, pid] of Object.entries(processes())) {
      peaks.set(name, Math.max(peaks.get(name) ?? 0, peakMemory(pid) ?? 0));
    }
  };
  const timer = setInterval(look, 2_000);
  return {
    peaks() {
      look();
      return countsText([...peaks].map(([name, bytes]) => [`${name} (MB)`, Math.round(bytes / 1e6)]));
    },
    stop: () => clearInterval(timer),
  };
}
