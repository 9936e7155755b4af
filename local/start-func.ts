import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmulators, wmsConnection } from './official/emulators.ts';
import { coreTools, pathForCoreTools } from './official/programs.ts';
import { packageFunctionsApp } from './package/functions-app.ts';
import { DEFAULT_PORTS, functionAppSettings } from './stack/connections.ts';
import { exitOnError } from './stack/exit-on-error.ts';
import { graceSetting } from './stack/parts.ts';
import { StackError } from './stack/start-error.ts';
import { stopOnSignals } from './stack/stop-on-signals.ts';

const USAGE = `Usage: npm run start:func -- [--npx] [--emulators-only]

Runs the packaged functions app by Azure Functions Core Tools (func) on the official emulators and SQL Server, which
Docker runs, and the WMS adapter beside it. They go on running after Ctrl-C: docker compose -f infra/docker-compose.yml down

  --npx             have Core Tools fetched by npx where there is no func
  --emulators-only  start the emulators, with topics, containers, tables and database, and end`;

await exitOnError(async () => {
  const repository = join(import.meta.dirname, '..');
  const { npx, emulatorsOnly, help } = readArguments();
  if (help) return console.log(USAGE);
  const tools = emulatorsOnly ? undefined : coreTools({ byNpx: npx });
  const acceptance = await startEmulators(repository, console.log);
  if (tools === undefined) return;
  const app = join(repository, 'dist/functions-app');
  await packageFunctionsApp(repository, app);
  const settings = {
    ...functionAppSettings(DEFAULT_PORTS, null),
    WmsSqlConnection: wmsConnection(acceptance),
    ...graceSetting(),
  };
  const environment = { ...process.env, ...settings };
  const adapter = spawn(process.execPath, ['apps/wms-adapter/main.ts'], {
    ...{ cwd: repository, env: environment, stdio: 'inherit' },
  });
  const [program, ...before] = tools;
  const host = spawn(program, [...before, 'start', '--port', String(DEFAULT_PORTS.functions)], {
    ...{ cwd: app, stdio: 'inherit', shell: process.platform === 'win32' },
    env: { ...environment, PATH: pathForCoreTools(process.env.PATH ?? '', repository) },
  });
  await untilOneEnds([adapter, host]);
});

function readArguments(): { npx: boolean; emulatorsOnly: boolean; help: boolean } {
  try {
    const flag = { type: 'boolean', default: false } as const;
    const { values } = parseArgs({ options: { npx: flag, 'emulators-only': flag, help: flag } });
    return { npx: values.npx, emulatorsOnly: values['emulators-only'], help: values.help };
  } catch (error) {
    throw new StackError(`${error instanceof Error ? error.message : error}\n${USAGE}`);
  }
}

/** One without the other is no stack: what ends, or a signal, ends both. */
async function untilOneEnds(children: readonly ChildProcess[]): Promise<void> {
  const stop = () => {
    for (const child of children) child.kill('SIGTERM');
  };
  stopOnSignals(stop);
  const ends = children.map((child) => once(child, 'exit'));
  await Promise.race(ends);
  stop();
  await Promise.all(ends);
}
