import { parseArgs } from 'node:util';
import { type RunningHost, startHost } from './host.ts';
import { describeError } from './log.ts';
import { HostStartError } from './startup-error.ts';

const HELP = `Usage: node local/functions-host/main.ts [options]

Runs a compiled function app on a laptop, on http://127.0.0.1.

  --port N        TCP port (Host.LocalHttpPort of local.settings.json, else 7071; 0 picks a free one)
  --app DIR       folder of the app, with host.json and package.json (the current one)
  --data DIR      folder of keys, timers and orchestrations, made when missing (APP/.stockbridge/functions-host)
  --enforce-keys  ask for function keys, as Azure does
  --verbose       log everything
  --help          this text`;

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
    const options = readArguments();
    if (options === undefined) {
      process.stdout.write(`${HELP}\n`);
      return;
    }
    host = await startHost(options);
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

/** Undefined when the options are asked for. */
function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string' },
        app: { type: 'string', default: process.cwd() },
        data: { type: 'string' },
        'enforce-keys': { type: 'boolean', default: false },
        verbose: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return undefined;
    return {
      appFolder: values.app,
      port: readPort(values.port),
      dataFolder: values.data,
      enforceKeys: values['enforce-keys'],
      verbose: values.verbose,
    };
  } catch (error) {
    if (error instanceof HostStartError) throw error;
    throw new HostStartError(`${describeError(error)}; --help shows the options`);
  }
}

function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new HostStartError(`--port "${text}" is no port (0 to 65535); --help shows the options`);
  return port;
}
