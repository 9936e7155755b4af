import { parseArgs } from 'node:util';
import { UnusableFolder } from './database-file.ts';
import { type CosmosServer, startCosmos } from './server.ts';

const HELP = `Usage: node local/cosmos/main.ts [options]

A Cosmos DB (NoSQL API) server for a laptop, on http://127.0.0.1.

  --port N          TCP port (8081; 0 picks a free one)
  --data DIR        data folder (.stockbridge/cosmos)
  --key KEY         account key, base64 (the public emulator key)
  --throttle-ru N   answer 429 beyond N request units per second and container
  --help            this text`;

/** The command line is wrong; the message says how. */
class UsageError extends Error {}

async function main(): Promise<void> {
  const options = readOptions();
  if (options === undefined) {
    console.log(HELP);
    return;
  }
  const server = await startCosmos(options);
  console.log(`Cosmos DB is ready on ${server.endpoint}`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(server));
}

async function stop(server: CosmosServer): Promise<void> {
  await server.stop();
  process.exit(0);
}

function readOptions() {
  const { values } = parse();
  if (values.help) return undefined;
  return {
    port: wholeNumber('port', values.port, 65_535),
    data: values.data,
    key: values.key,
    throttleUnits:
      values['throttle-ru'] === undefined
        ? undefined
        : wholeNumber('throttle-ru', values['throttle-ru'], 1e9),
  };
}

function parse() {
  try {
    return parseArgs({
      options: {
        port: { type: 'string', default: '8081' },
        data: { type: 'string', default: '.stockbridge/cosmos' },
        key: { type: 'string' },
        'throttle-ru': { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)} (see --help)`);
  }
}

function wholeNumber(name: string, text: string, limit: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > limit)
    throw new UsageError(`--${name} must be a whole number up to ${limit}, not '${text}'`);
  return value;
}

function explain(error: unknown): string {
  if (error instanceof UnusableFolder || error instanceof UsageError) return error.message;
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' && 'port' in error) {
    return `Port ${error.port} is in use: stop the program that uses it or name another with --port`;
  }
  if (error instanceof Error && 'code' in error && error.code === 'EACCES' && 'port' in error) {
    return `Port ${error.port} may not be used: name another with --port`;
  }
  return `Cosmos DB cannot start: ${error instanceof Error ? error.message : String(error)}`;
}

try {
  await main();
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}
