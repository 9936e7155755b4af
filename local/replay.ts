import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { RefusedCallError } from './replay/patient-call.ts';
import { replayFile } from './replay/replay-file.ts';
import { RetailFileError } from './replay/retail-row.ts';
import { connectionsOf } from './stack/connections.ts';
import { exitOnError } from './stack/exit-on-error.ts';
import { readDataFolder, readPorts, type StackPorts } from './stack/settings.ts';
import { startStack, urlsOf } from './stack/stack.ts';
import { runningParts } from './stack/stack-lock.ts';
import { StackError } from './stack/start-error.ts';
import { stopOnSignals } from './stack/stop-on-signals.ts';

const USAGE = `Usage: npm run replay -- FILE [options]

Plays Online Retail data (CSV, or CSV gzipped) as warehouse transactions through the WMS adapter, waits until the cloud has
caught up, and compares every position of the WMS with the cloud's. Uses the stack that is running, or starts one.

With --orders the sales are orders: asked for at the orders' API, picked when a warehouse has confirmed them. At the end
every order line is at rest, and the reservations of the WMS equal what the cloud has promised. The exit code is 1 when
anything differs.

  --orders        play the sales as orders
  --from DAY      only from this day on, such as 2011-11-01 (the first day of the file)
  --to DAY        only up to and with this day (the last one)
  --rate N        transactions a second (as fast as they are taken); an order's line counts as its pick
  --limit N       only the first N lines of the file
  --run ID        name of the run; the same run again sends the same transactions (the time of the start)
  --url URL       the WMS adapter (http://127.0.0.1:7080)
  --functions URL the Functions host (http://127.0.0.1:7071)
  --cosmos STRING connection string of Cosmos DB (the local one)`;

type Options = ReturnType<typeof readOptions>;

await exitOnError(async () => {
  const options = readOptions();
  if (options === undefined) return console.log(USAGE);
  await readable(options.file);
  const repository = join(import.meta.dirname, '..');
  const dataFolder = readDataFolder(process.env, repository);
  const ports = readPorts(process.env);
  // Before the stack is ready an exit is all it takes: its parts are killed with this process.
  let stop = (): void => process.exit(130);
  stopOnSignals(() => stop());
  const stack = await stackFor(options, ports, dataFolder);
  const urls = urlsOf(ports);
  const ended = new AbortController();
  stop = () => ended.abort();
  try {
    const equal = await replayFile({
      file: options.file,
      range: { limit: options.limit, from: options.from, to: options.to },
      orders: options.orders ?? false,
      rate: options.rate,
      runId: options.run ?? new Date().toISOString(),
      adapterUrl: options.url ?? urls.adapter,
      functionsUrl: options.functions ?? urls.functions,
      cosmosConnection: options.cosmos ?? process.env.CosmosConnection ?? connectionsOf(ports).cosmos,
      processes: () => ({ ...runningParts(dataFolder), replay: process.pid }),
      signal: ended.signal,
    });
    process.exitCode = equal ? 0 : 1;
  } catch (error) {
    if (ended.signal.aborted) process.exitCode = 130;
    else if (error instanceof RetailFileError || error instanceof RefusedCallError)
      throw new StackError(error.message);
    else throw error;
  } finally {
    await stack?.stop();
  }
  process.exit();
});

/** Starts a stack unless one answers or another one is named. */
async function stackFor(options: NonNullable<Options>, ports: StackPorts, dataFolder: string) {
  const { adapter, functions } = urlsOf(ports);
  if (options.url !== undefined) return undefined;
  if ((await answers(`${adapter}/api/v1/health/live`)) && (await answers(`${functions}/api/health/live`))) {
    console.log(`Using the stack that is running (${adapter}).`);
    return undefined;
  }
  console.log('No stack is running; starting one:');
  return startStack({
    dataFolder,
    ports,
    say: console.log,
    gaveUp: (error) => {
      console.error(error.message);
      process.exit(1);
    },
  });
}

async function readable(file: string): Promise<void> {
  try {
    await access(file, constants.R_OK);
  } catch {
    throw new StackError(
      `${file} cannot be read; name a CSV file of the Online Retail data, such as local/replay/data/online-retail-2011-12-05.csv.gz.`,
    );
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}

function readOptions() {
  const { values, positionals } = parseOptions();
  if (values.help) return undefined;
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new StackError(`Name one file to replay.\n\n${USAGE}`);
  const { rate, limit, from, to } = values;
  return {
    ...values,
    ...{ file, rate: positive('rate', rate), limit: positive('limit', limit) },
    ...{ from: day('from', from), to: day('to', to) },
  };
}

function parseOptions() {
  const text = { type: 'string' } as const;
  const options = {
    orders: { type: 'boolean' },
    from: text,
    to: text,
    rate: text,
    limit: text,
    run: text,
    url: text,
    functions: text,
    cosmos: text,
    help: { type: 'boolean' },
  } as const;
  try {
    return parseArgs({ allowPositionals: true, options });
  } catch (error) {
    throw new StackError(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}

function positive(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new StackError(`--${name} is "${text}"; give a whole number from 1.`);
}

function day(name: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (/^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new StackError(`--${name} is "${text}"; give a day such as 2011-11-30.`);
}
