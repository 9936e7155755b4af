import { systemRuntime } from '../../../shared/ports/runtime.ts';
import type { Progress } from '../../../shared/progress-line.ts';
import { readFunctionsApp } from '../addresses.ts';
import {
  COMMON,
  COMMON_HELP,
  type Command,
  FLAG,
  readArguments,
  TEXT,
  UsageError,
  wholeNumber,
} from '../command.ts';
import { type OperationsApi, operationsApi } from '../operations-api.ts';
import { count } from '../table.ts';
import { FILTER, FILTER_HELP, filterOf, isFiltered } from './filter.ts';
import { quarantinePages } from './quarantine-pages.ts';

const HELP = `Usage: npx stockbridge replay ID… [options]
       npx stockbridge replay --reason REASON [options]
       npx stockbridge replay --all [options]

Sends parked messages and dead letters again to the subscription they came from. What cannot be handled now either is
parked anew. Ctrl-C ends it between two calls. Exit code 0: all were sent; 1: not.

${FILTER_HELP}  --all              all that there are
  --rate N           at most so many a second (100; at most 1,000)
${COMMON_HELP}`;

const RATE = '100';
const MOST_RATE = 1_000;

/** Messages of one call: it has to end well within the time of an answer. */
const AT_ONCE = 100;

/** Sends some or all again. JSON: how many were sent, and ids that are not parked any more. */
export const replay: Command = {
  help: HELP,
  async run(args, { environment, progress, tell }) {
    const { values, positionals: ids } = readArguments(
      args,
      { ...FILTER, all: FLAG, rate: { ...TEXT, default: RATE }, ...COMMON },
      { allowPositionals: true },
    );
    const ways = [ids.length > 0, isFiltered(values), values.all].filter(Boolean);
    if (ways.length !== 1)
      throw new UsageError('Say which: ids, a filter such as --reason, or --all; see --help');
    const rate = wholeNumber('rate', values.rate, MOST_RATE);
    const isChosen = filterOf(values);
    const api = operationsApi({ ...readFunctionsApp(environment, values.url), patienceMs: 0 });
    const batches = ids.length > 0 ? inBatches(ids) : parkedIds(api, isChosen);
    const by = `${environment.USER ?? environment.USERNAME ?? 'somebody'}, npx stockbridge`;
    const send = (some: readonly string[]) => replayAll(api, some, by);
    const { replayed, unknown } = await replayEach(send, batches, rate, progress);
    progress.end();
    tell(values.json, { replayed, unknown }, [
      `${count(replayed)} sent again.`,
      ...unknown.map((id) => `Not parked (any more): ${id}`),
    ]);
    return ids.length === 0 || unknown.length === 0;
  },
};

/**
 * The ids of what is parked when it begins: all before the first is sent, since what is still wrong is parked anew, under
 * another id. A list shows the first dead letters only; those behind them follow when these are gone, each once.
 */
async function* parkedIds(
  api: OperationsApi,
  isChosen: ReturnType<typeof filterOf>,
): AsyncGenerator<readonly string[], void> {
  const seen = new Set<string>();
  for (let isFirst = true; ; isFirst = false) {
    const ids: string[] = [];
    for await (const page of quarantinePages(api)) {
      const chosen = page.filter(({ state }) => isFirst || state === 'dead-lettered').filter(isChosen);
      ids.push(...chosen.map(({ id }) => id).filter((id) => !seen.has(id)));
    }
    if (ids.length === 0) return;
    for (const id of ids) seen.add(id);
    yield* inBatches(ids);
  }
}

function* inBatches(ids: readonly string[]): Generator<readonly string[], void> {
  for (let start = 0; start < ids.length; start += AT_ONCE) yield ids.slice(start, start + AT_ONCE);
}

/** Sends batch after batch, in steps of at most a second's worth. */
async function replayEach(
  send: (ids: readonly string[]) => ReturnType<typeof replayAll>,
  batches: AsyncIterable<readonly string[]> | Iterable<readonly string[]>,
  rate: number,
  progress: Progress,
): Promise<{ replayed: number; unknown: string[] }> {
  const unknown: string[] = [];
  let replayed = 0;
  for await (const batch of batches) {
    for (let start = 0; start < batch.length; start += rate) {
      const ids = batch.slice(start, start + rate);
      const askedAt = systemRuntime.now();
      const answer = await send(ids);
      replayed += answer.replayed;
      unknown.push(...answer.unknown);
      progress.show(`${count(replayed)} sent again`);
      const spent = systemRuntime.now() - askedAt;
      await systemRuntime.sleep(Math.max(0, (ids.length / rate) * 1_000 - spent));
    }
  }
  return { replayed, unknown };
}

/** Asks again while the time of one call did not suffice; by then what it sent is unknown, which the first answer was not. */
async function replayAll(api: OperationsApi, ids: readonly string[], by: string) {
  const first = await api.replay(ids, by);
  let { replayed, remaining } = first;
  while (remaining > 0) {
    const next = await api.replay(ids, by);
    replayed += next.replayed;
    if (next.replayed === 0) break;
    remaining = next.remaining;
  }
  return { replayed, unknown: first.unknown };
}
