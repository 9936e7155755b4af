import { readFunctionsApp } from '../addresses.ts';
import { COMMON, COMMON_HELP, type Command, readArguments, TEXT, wholeNumber } from '../command.ts';
import { operationsApi } from '../operations-api.ts';
import { count } from '../table.ts';
import { callForAll } from './call-for-all.ts';
import { FILTER_HELP, FILTER_OPTIONS, readSelection, SELECTION, whoDoesIt } from './selection.ts';

const HELP = `Usage: npx stockbridge replay ID… [options]
       npx stockbridge replay --reason REASON [options]
       npx stockbridge replay --all [options]

Sends parked messages and dead letters again to where they came from. What cannot be handled now either is parked anew,
and left for the next time. Ctrl-C ends it; the call that is under way goes on for up to a minute. Exit code 0: all were
sent; 1: not.

${FILTER_HELP}  --all              all that there are
  --rate N           at most so many a second (100; at most 1,000)
  --why TEXT         why, for the action log
  --by NAME          who, for the action log (the user of this machine)
${COMMON_HELP}`;

const RATE = '100';
const MOST_RATE = 1_000;

/** Sends some or all again. JSON: how many were sent, and ids that are not in quarantine any more. */
export const replay: Command = {
  help: HELP,
  options: FILTER_OPTIONS,
  async run(args, { environment, progress, tell }) {
    const { values, positionals: ids } = readArguments(
      args,
      { ...SELECTION, rate: { ...TEXT, default: RATE }, ...COMMON },
      { allowPositionals: true },
    );
    const perSecond = wholeNumber('rate', values.rate, MOST_RATE);
    const by = whoDoesIt(values.by, environment);
    const { why } = values;
    const api = operationsApi({ ...readFunctionsApp(environment, values.url), patienceMs: 0 });
    const { done: replayed, unknown } = await callForAll(
      async (selection) => {
        const { replayed: done, ...answer } = await api.replay({ ...selection, by, why, perSecond });
        return { done, ...answer };
      },
      readSelection(ids, values),
      (done) => progress.show(`${count(done)} sent again`),
    );
    progress.end();
    tell(values.json, { replayed, unknown }, [
      `${count(replayed)} sent again.`,
      ...unknown.map((id) => `Not in quarantine (any more): ${id}`),
    ]);
    return unknown.length === 0;
  },
};
