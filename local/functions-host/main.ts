import { parseArgs } from 'node:util';
import { type RunningHost, startHost } from './host.ts';
import { describeError } from './log.ts';
import { HostStartError } from './startup-error.ts';

const USAGE =
  'usage: node local/functions-host/main.ts [--port N] [--app DIR] [--data DIR] [--enforce-keys] [--verbose]';

await main();

/** Command line of the host: one plain line and exit code 1 when it cannot start; SIGTERM and SIGINT stop it gracefully. */
async function main(): Promise<void> {
  let host: RunningHost | undefined;
  process.on('unhandledRejection', (error) => {
    const text = `a promise was rejected and nobody handled it; the host goes on: ${describeError(error, true)}`;
    if (host) host.log.write('error', 'app', text);
    else process.stderr.write(`${text}\n`);
  });
  process.on('uncaughtException', (error) => {
    process.stderr.write(`An error that nothing caught ends the host: ${describeError(error, true)}\n`);
    process.exit(1);
  });
  try {
    host = await startHost(readArguments());
  } catch (error) {
    process.stderr.write(`${describeError(error, !(error instanceof HostStartError))}\n`);
    process.exit(1);
  }
  const running = host;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stopAndExit(running));
  process.stdout.write(`Functions host is ready on ${host.url}\n`);
}

let stopping = false;

/** A second signal ends the waiting. */
async function stopAndExit(host: RunningHost): Promise<void> {
  if (stopping) process.exit(1);
  stopping = true;
  await host.stop();
  process.exit(0);
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string' },
        app: { type: 'string', default: process.cwd() },
        data: { type: 'string' },
        'enforce-keys': { type: 'boolean', default: false },
        verbose: { type: 'boolean', default: false },
      },
    });
    return {
      appFolder: values.app,
      port: readPort(values.port),
      dataFolder: values.data,
      enforceKeys: values['enforce-keys'],
      verbose: values.verbose,
    };
  } catch (error) {
    if (error instanceof HostStartError) throw error;
    throw new HostStartError(`${describeError(error)}; ${USAGE}`);
  }
}

function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new HostStartError(`--port "${text}" is no port (0 to 65535); ${USAGE}`);
  return port;
}
