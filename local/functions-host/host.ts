import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { type Clock, systemClock } from '../clock.ts';
import { installCoreModule } from './app/core-module.ts';
import { loadApp } from './app/load-app.ts';
import { functionsOf } from './app-functions.ts';
import { createTaskHub, type DurableEngine } from './durable/engine.ts';
import { durableHttpApi } from './durable/http-api.ts';
import type { TaskHub } from './durable/task-hub.ts';
import { builtInPages } from './http/built-in.ts';
import { loadAccessKeys } from './http/keys.ts';
import { createRouter, type HttpTarget } from './http/routes.ts';
import { listenHttp } from './http/server.ts';
import { prepareInputs } from './input-binding.ts';
import { createInvoker, type HostFunction, type Invoker } from './invocation.ts';
import { createLog, describeError, type HostLog } from './log.ts';
import { prepareOutputs } from './output-binding.ts';
import type { LogLevel } from './rpc.ts';
import { serviceBusConnections } from './service-bus/connection.ts';
import { isFunctionDisabled, loadAppSettings } from './settings/app-settings.ts';
import { type HostJson, loadHostJson } from './settings/host-json.ts';
import { HostStartError } from './startup-error.ts';
import { FunctionInErrorError, type HostServices, type LoadedTrigger } from './trigger-listener.ts';
import { listenerFactoryFor } from './trigger-registry.ts';

export interface HostOptions {
  /** Folder of the app: `package.json`, `host.json`, `local.settings.json`. */
  appFolder: string;
  /** 0 picks a free port; absent: `Host.LocalHttpPort` of `local.settings.json`, else 7071. */
  port?: number | undefined;
  /** Where keys and timer statuses are kept; absent: `.stockbridge/functions-host` in the app's folder. */
  dataFolder?: string | undefined;
  /** Demand keys for functions of authLevel `function` and `admin`, and for `/admin`. */
  enforceKeys?: boolean;
  /** Log successful invocations and `context.trace`/`debug` too. */
  verbose?: boolean;
  /** Time for the timer triggers; tests pass a virtual one. */
  clock?: Clock;
  /** Receives log lines and the list of functions; standard output unless told. */
  write?: (line: string) => void;
}

export interface RunningHost {
  url: string;
  functions: readonly LoadedTrigger[];
  log: HostLog;
  /** Absent when the app has neither orchestration nor activity nor durable client. */
  taskHub: TaskHub | undefined;
  /** Stops receiving, waits for what is in hand, at most `graceMs` milliseconds, runs the appTerminate hooks and closes all. */
  stop(graceMs?: number): Promise<void>;
}

const DEFAULT_GRACE_MS = 10_000;

/**
 * Starts a function app: `host.json` and settings, HTTP server, app files, appStart hooks, listeners. Values of
 * `local.settings.json` and `WEBSITE_HOSTNAME` are put into `process.env`, where app code looks for them; so one app a process.
 * @throws HostStartError with one plain line when it cannot start.
 */
export async function startHost(options: HostOptions): Promise<RunningHost> {
  const appFolder = resolve(options.appFolder);
  const dataFolder = resolve(options.dataFolder ?? join(appFolder, '.stockbridge', 'functions-host'));
  const hostJson = loadHostJson(appFolder);
  const settings = loadAppSettings(appFolder);
  const write = options.write ?? ((line: string) => process.stdout.write(line));
  const log = createLog(leastLevel(hostJson, options.verbose ?? false), write);
  warnOfIgnored(log, hostJson, settings.ignoredHostOptions);
  const router = createRouter<HttpTarget>();
  const keys = loadAccessKeys(dataFolder);
  const access = { keys, enforceKeys: options.enforceKeys ?? false };
  const state: { ready: boolean; triggers: LoadedTrigger[] } = { ready: false, triggers: [] };
  let durable: DurableEngine | undefined;
  const { hubName } = hostJson.durableTask;
  const server = await listenHttp(options.port ?? settings.localHttpPort ?? 7071, {
    ...access,
    router,
    ready: () => state.ready,
    builtIn: [
      builtInPages({ ...access, triggers: () => state.triggers }),
      durableHttpApi({ ...access, hub: () => durable?.hub, hubName, log }),
    ],
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const serviceBus = serviceBusConnections(settings, hostJson.serviceBus.clientRetry);
  try {
    setAppEnvironment(url);
    const app = installCoreModule((level, _category, message) => log.write(level, 'host', message));
    await loadApp(appFolder);
    const functions = functionsOf(app);
    const services = {
      clock: options.clock ?? systemClock,
      dataFolder,
      hostJson,
      log,
      router,
      serviceBus,
      settings,
    };
    const enabled = functions.filter((fn) => !isFunctionDisabled(settings, fn.name));
    const invoker = createInvoker(
      app,
      log,
      hostJson.functionTimeout,
      prepareInputs(enabled, { origin: url, hostJson, keys }),
      prepareOutputs(enabled, services),
    );
    if (enabled.some(usesDurable)) {
      durable = createTaskHub({ ...services, functions: enabled, invoke: invoker.invoke });
    }
    state.triggers = functions.map((fn) =>
      enabled.includes(fn)
        ? createListener(fn, { ...services, durable, invoke: invoker.invoke })
        : { fn, problem: 'disabled' },
    );
    await invoker.runAppHooks('appStart', { functionAppDirectory: appFolder });
    await refuseHttpStream(app.model?.getCapabilities?.({}));
    app.locked = true;
    write(listFunctions(state.triggers, url));
    for (const { fn, problem } of state.triggers) reportProblem(log, fn, problem);
    state.ready = true;
    durable?.start();
    for (const { listener } of state.triggers) await listener?.start();
    const stop = stopper(server, state, invoker, durable, () => serviceBus.close(), log);
    return { url, functions: state.triggers, log, taskHub: durable?.hub, stop };
  } catch (error) {
    durable?.close();
    await serviceBus.close();
    server.close();
    server.closeAllConnections();
    throw error;
  }
}

function usesDurable(fn: HostFunction): boolean {
  return Object.values(fn.metadata.bindings).some(({ type }) =>
    /^(orchestrationTrigger|activityTrigger|durableClient)$/i.test(type),
  );
}

function createListener(fn: HostFunction, services: HostServices): LoadedTrigger {
  try {
    return { fn, listener: listenerFactoryFor(fn)(fn, services) };
  } catch (error) {
    if (error instanceof FunctionInErrorError) return { fn, problem: error.message };
    throw error;
  }
}

function stopper(
  server: Server,
  state: { ready: boolean; triggers: LoadedTrigger[] },
  invoker: Invoker,
  durable: DurableEngine | undefined,
  closeConnections: () => Promise<void>,
  log: HostLog,
): (graceMs?: number) => Promise<void> {
  let stopping: Promise<void> | undefined;
  const stop = async (graceMs: number) => {
    const closed = new Promise((done) => server.close(done));
    server.closeIdleConnections();
    const listeners = state.triggers.map(async ({ listener }) => listener?.stop());
    const finished = Promise.all([closed, ...listeners, durable?.stop()]);
    await withinGrace(finished, graceMs);
    if (invoker.running() > 0) {
      log.write(
        'warning',
        'host',
        `${invoker.running()} invocations did not end within ${graceMs} ms and are left behind`,
      );
    }
    await invoker.runAppHooks('appTerminate', {}).catch((error: unknown) => {
      log.write('error', 'host', `an appTerminate hook failed: ${describeError(error, true)}`);
    });
    durable?.close();
    await withinGrace(closeConnections(), 2000);
    server.closeAllConnections();
  };
  return (graceMs = DEFAULT_GRACE_MS) => {
    stopping ??= stop(graceMs);
    return stopping;
  };
}

async function withinGrace(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const grace = new Promise((done) => {
    timer = setTimeout(done, ms);
  });
  await Promise.race([work, grace]);
  clearTimeout(timer);
}

/** What the platform sets; the Durable SDK builds its URLs from the host name, and must not ask a proxy for them. */
function setAppEnvironment(url: string): void {
  process.env.WEBSITE_HOSTNAME = new URL(url).host;
  const noProxy = process.env.no_proxy ? 'no_proxy' : 'NO_PROXY';
  process.env[noProxy] = [process.env[noProxy], '127.0.0.1', 'localhost'].filter(Boolean).join(',');
  process.env.AZURE_FUNCTIONS_ENVIRONMENT ??= 'Development';
}

async function refuseHttpStream(
  capabilities: Record<string, string> | Promise<Record<string, string>> | undefined,
) {
  if ((await capabilities)?.HttpUri) {
    throw new HostStartError(
      'not supported: app.setup({ enableHttpStream: true }); remove it to run on this host.',
    );
  }
}

/** `logging.logLevel` of `host.json`, most specific category first; `--verbose` shows all. */
function leastLevel({ logLevel }: HostJson, verbose: boolean): (subject: string) => LogLevel {
  if (verbose) return () => 'trace';
  return (name) =>
    logLevel[`Function.${name}.User`] ??
    logLevel[`Function.${name}`] ??
    logLevel.Function ??
    logLevel.default ??
    'information';
}

function warnOfIgnored(log: HostLog, hostJson: HostJson, hostOptions: string[]): void {
  if (hostJson.hasRetry)
    log.write(
      'warning',
      'host',
      '"retry" in host.json is ignored: the platform withdrew it; set "retry" on the function',
    );
  for (const member of hostJson.ignored)
    log.write('warning', 'host', `not supported: ${member} in host.json is ignored`);
  for (const name of hostOptions)
    log.write('warning', 'host', `not supported: Host.${name} in local.settings.json is ignored`);
}

function reportProblem(log: HostLog, fn: HostFunction, problem: string | undefined): void {
  if (problem === 'disabled') log.write('information', 'host', `Function ${fn.name} is disabled.`);
  else if (problem) log.write('error', 'host', `The '${fn.name}' function is in error: ${problem}`);
}

/** The list as Core Tools prints it: HTTP functions with their URLs first. */
function listFunctions(triggers: readonly LoadedTrigger[], url: string): string {
  if (triggers.length === 0)
    return '\nNo functions found: the files in "main" of package.json register none.\n\n';
  const running = triggers.filter(({ listener }) => listener);
  const http = running.filter(({ listener }) => listener?.describe);
  const other = running.filter(({ listener }) => !listener?.describe);
  const lines = [
    ...http.map(({ fn, listener }) => `\t${fn.name}: ${listener?.describe?.(url)}`),
    ...other.map(({ fn }) => `\t${fn.name}: ${fn.trigger.type}`),
  ];
  return `\nFunctions:\n\n${lines.join('\n\n')}\n\n`;
}
