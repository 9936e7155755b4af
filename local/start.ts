import { join, relative } from 'node:path';
import { curlLines } from './replay/curl-lines.ts';
import { playDay } from './replay/play-day.ts';
import { exitOnError } from './stack/exit-on-error.ts';
import { readDataFolder, readPlay, readPorts } from './stack/settings.ts';
import { type Stack, startStack } from './stack/stack.ts';

/** A second Ctrl-C within this many milliseconds is the same one, handed on by npm and the bootstrap. */
const SAME_SIGNAL = 1_000;

await exitOnError(async () => {
  const repository = join(import.meta.dirname, '..');
  const dataFolder = readDataFolder(process.env, repository);
  const ports = readPorts(process.env);
  const { play, rate } = readPlay(process.env);

  const begun = performance.now();
  console.log(
    `Starting Stockbridge on this machine (data and logs in ${relative(process.cwd(), dataFolder) || '.'}):`,
  );
  let stop = async (): Promise<void> => process.exit(0);
  stopOnSignals(() => stop());
  const stack = await startStack({
    dataFolder,
    ports,
    say: console.log,
    gaveUp: (error) => {
      console.error(error.message);
      process.exit(1);
    },
  });
  const ended = new AbortController();
  stop = async () => {
    ended.abort();
    console.log('Stopping …');
    await stack.stop();
    console.log('Stopped.');
    process.exit(0);
  };
  console.log(`Ready in ${((performance.now() - begun) / 1000).toFixed(1)} s. Stop with Ctrl-C.`);
  printAddresses(stack);
  if (!play) return;
  console.log(
    `Playing a day of real orders, 2011-12-05, at ${rate} transactions a second (STOCKBRIDGE_PLAY=0 leaves it out):`,
  );
  const { functions: functionsUrl, adapter: adapterUrl } = stack.urls;
  try {
    const pick = await playDay({ adapterUrl, functionsUrl, rate, signal: ended.signal });
    console.log('The day is played; the stack goes on running. Try:');
    if (pick) for (const line of curlLines(stack.urls, pick, Date.now())) console.log(`  ${line}`);
  } catch (error) {
    if (!ended.signal.aborted) throw error;
  }
});

function printAddresses({ urls, dataFolder }: Stack): void {
  console.log(`  ATP API      ${urls.functions}/api/items/{itemId}/atp`);
  console.log(`  WMS adapter  ${urls.adapter}/api/v1/transactions`);
  console.log(`  logs         ${join(dataFolder, 'logs')}`);
}

/** The first signal stops the stack in order; another one later does not wait for that. */
function stopOnSignals(stop: () => Promise<void>): void {
  let first: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (first === undefined) {
        first = Date.now();
        void stop();
      } else if (Date.now() - first > SAME_SIGNAL) process.exit(1);
    });
  }
}
