import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { makeApp } from './fixtures/make-app.ts';
import { type HostProcess, runHost, runHostToEnd } from './fixtures/run-host.ts';
import { startHost } from './host.ts';
import { HostStartError } from './startup-error.ts';

vi.setConfig({ testTimeout: 40_000, hookTimeout: 40_000 });

const SETTINGS = {
  Values: {
    NIGHT: '0 0 3 * * *',
    FROM_SETTINGS: 'file',
    OVERRIDDEN: 'file',
    'AzureWebJobs.off.Disabled': true,
  },
};

describe('a running app', () => {
  const app = makeApp('http.js', { version: '2.0', extensions: { http: { routePrefix: 'v1' } } });
  let host: HostProcess;
  const get = (path: string, init?: RequestInit) => fetch(`${host.url}${path}`, init);

  beforeAll(async () => {
    app.write('local.settings.json', `// comments are allowed\n${JSON.stringify(SETTINGS)}`);
    host = await runHost(app);
  });
  afterAll(async () => {
    await host.stop();
    app.remove();
  });

  test('is listed with its URLs, then the host says it is ready', () => {
    expect(host.output()).toContain(
      `\nFunctions:\n\n\thello: [GET,POST] ${host.url}/v1/hello/{name:minlength(2)}\n\n`,
    );
    expect(host.output()).toContain('\n\n\tnightly: timerTrigger\n\n');
    expect(host.output()).toContain('Function off is disabled.');
    expect(host.output()).not.toContain('\toff:');
    expect(host.output().trimEnd().split('\n').at(-1)).toBe(`Functions host is ready on ${host.url}`);
  });

  test('answers under the prefix of host.json only', async () => {
    expect(await (await get('/v1/hello/you')).text()).toBe('hello you');
    expect((await get('/api/hello/you')).status).toBe(404);
    expect((await get('/v1/hello/x')).status).toBe(404);
    expect((await get('/v1/off')).status).toBe(404);
  });

  test('runs hooks: start, before (may replace the handler), after (may replace result and error)', async () => {
    expect(await (await get('/v1/hooked')).json()).toEqual({
      order: ['appStart'],
      hookData: { seen: 'by both hooks' },
    });
    expect((await get('/v1/failing')).status).toBe(299);
  });

  test('logs to standard output, after its log hooks; debug and success only with --verbose', async () => {
    expect(await (await get('/v1/logs')).text()).toBe('file');
    const output = await host.waitFor(/error logs: an error line/);
    expect(output).toMatch(/^\d{4}-\S+Z info {2}logs: a line with a \*{6} \{ a: 1 \}$/m);
    expect(output).not.toContain('a debug line');
    expect(output).not.toMatch(/logs: succeeded/);
  });

  test('shows a failure with the stack of the app, and answers 500 without a text', async () => {
    const response = await get('/v1/broken');
    expect([response.status, await response.text()]).toEqual([500, '']);
    const output = await host.waitFor(
      /error broken: failed after \d+ ms \([\da-f-]{36}\): Error: handler threw\n +at .*index\.js/,
    );
    expect(output).not.toContain('azure-functions.js');
  });

  test('survives a promise nobody handles, and says so', async () => {
    expect((await get('/v1/stray')).status).toBe(200);
    await host.waitFor(/error app: a promise was rejected and nobody handled it.*nobody waits for me/);
    expect((await get('/v1/hello/you')).status).toBe(200);
  });

  test('needs no keys, as under func start', async () => {
    expect((await get('/v1/secured')).status).toBe(200);
    expect((await get('/admin/host/status')).status).toBe(200);
  });

  test('runs a timer function on demand', async () => {
    expect((await get('/admin/functions/nightly', { method: 'POST' })).status).toBe(202);
    await host.waitFor(/info {2}nightly: past due: false/);
    expect((await get('/admin/functions/hello', { method: 'POST' })).status).toBe(404);
  });

  test('finishes what it has begun when it is stopped, takes nothing new, then runs the appTerminate hooks', async () => {
    const response = get('/v1/slow', { headers: { connection: 'close' } });
    await host.waitFor(/slow began/);
    const stopped = host.stop();
    expect(await (await response).text()).toBe('slow but whole');
    expect(await stopped).toBe(0);
    expect(host.output()).toContain('appTerminate ran');
    await expect(get('/v1/hello/you')).rejects.toThrow();
  });
});

describe('with --enforce-keys and --verbose', () => {
  const app = makeApp('http.js', { version: '2.0', functionTimeout: '00:00:00.2' });
  let host: HostProcess;
  beforeAll(async () => {
    app.write('local.settings.json', SETTINGS);
    host = await runHost(app, ['--enforce-keys', '--verbose'], { FROM_SETTINGS: 'environment' });
  });
  afterAll(async () => {
    await host.stop();
    app.remove();
  });

  test('keys are made once and open what they should', async () => {
    const keys = JSON.parse(readFileSync(join(app.dataFolder, 'keys.json'), 'utf8'));
    const status = async (path: string, headers = {}) =>
      (await fetch(`${host.url}${path}`, { headers })).status;
    expect(await status('/api/secured')).toBe(401);
    expect(await status('/api/secured?code=wrong')).toBe(401);
    expect(await status(`/api/secured?code=${keys.default}`)).toBe(200);
    expect(await status('/api/secured', { 'x-functions-key': keys._master })).toBe(200);
    expect(await status('/api/only-admins', { 'x-functions-key': keys.default })).toBe(401);
    expect(await status('/api/only-admins', { 'x-functions-key': keys._master })).toBe(200);
    expect(await status('/api/hello/you')).toBe(200);
    expect(await status('/admin/host/status')).toBe(401);
    expect(await status(`/admin/host/status?code=${keys._master}`)).toBe(200);
  });

  test('the environment wins over local.settings.json, and all levels are shown', async () => {
    expect(await (await fetch(`${host.url}/api/logs`)).text()).toBe('environment');
    await host.waitFor(/debug logs: a debug line/);
    await host.waitFor(/debug logs: succeeded in \d+ ms/);
  });

  test('an invocation over functionTimeout fails', async () => {
    expect((await fetch(`${host.url}/api/endless`)).status).toBe(500);
    await host.waitFor(/endless: failed after .*Timeout value of 0.2 s was exceeded by function endless/);
  });
});

describe('a start that cannot succeed ends with one plain line and exit code 1', () => {
  const failure = async (prepare: (app: ReturnType<typeof makeApp>) => void, args: string[] = []) => {
    const app = makeApp();
    app.write('package.json', { main: 'index.js', type: 'module' });
    prepare(app);
    const { code, output } = await runHostToEnd(app, args);
    app.remove();
    expect(code).toBe(1);
    expect(output.trimEnd().split('\n')).toHaveLength(1);
    return output.trimEnd();
  };
  const code = (text: string) => `import { app, output, input } from '@azure/functions';\n${text}`;

  test.concurrent.each([
    [
      'a missing setting',
      "app.timer('t', { schedule: '%WHEN%', handler() {} })",
      'Setting "WHEN" is missing: the schedule of function t is "%WHEN%". Add "WHEN" to Values in local.settings.json or set it in the environment.',
    ],
    [
      'a missing connection',
      "app.serviceBusQueue('q', { connection: 'Bus', queueName: 'q', handler() {} })",
      'Setting "Bus" is missing: the connection of function q. Add "Bus" with a Service Bus connection string to Values in local.settings.json or set it in the environment.',
    ],
    [
      'an identity connection',
      "process.env.Bus__fullyQualifiedNamespace = 'x'; app.serviceBusQueue('q', { connection: 'Bus', queueName: 'q', handler() {} })",
      'not supported: Bus__fullyQualifiedNamespace (identity, function q) on a local host. Set "Bus" to a connection string.',
    ],
    [
      'an unknown trigger',
      "app.generic('o', { trigger: { type: 'entityTrigger', name: 'x' }, handler() {} })",
      'not supported: entityTrigger (function o)',
    ],
    [
      'an unknown input',
      "app.http('h', { extraInputs: [input.generic({ type: 'cosmosDB' })], handler() {} })",
      'not supported: cosmosDB input (function h)',
    ],
    [
      'an unknown output',
      "app.http('h', { extraOutputs: [output.generic({ type: 'cosmosDB' })], handler() {} })",
      'not supported: cosmosDB output (function h)',
    ],
    [
      'sessions',
      "process.env.Bus = 'x'; app.serviceBusQueue('q', { connection: 'Bus', queueName: 'q', isSessionsEnabled: true, handler() {} })",
      'not supported: isSessionsEnabled (function q)',
    ],
    [
      'an authorization level that is none',
      "app.http('h', { authLevel: 'fuction', handler() {} })",
      'The HTTP trigger of function h is wrong: authLevel is "fuction": it is one of anonymous, function, admin.',
    ],
    [
      'HTTP streams',
      "app.setup({ enableHttpStream: true }); app.http('h', { handler() {} })",
      'not supported: app.setup({ enableHttpStream: true }); remove it to run on this host.',
    ],
    [
      'a wrong route',
      "app.http('h', { route: 'a/{b:integer}', handler() {} })",
      'The route "a/{b:integer}" of function h is wrong: the constraint "integer" is unknown.',
    ],
    [
      'a name used twice',
      "app.http('h', { handler() {} }); app.http('H', { handler() {} })",
      'Unable to load "index.js": A function with id "H" has already been registered.',
    ],
  ])('%s', async (_, text, message) => {
    expect(await failure((app) => app.write('index.js', code(text)))).toContain(message);
  });

  test('messages as types of the SDK', async () => {
    const app = makeApp();
    app.write('package.json', { main: 'index.js', type: 'module' });
    const options = "{ connection: 'Bus', queueName: 'q', sdkBinding: true, handler() {} }";
    app.write('index.js', code(`process.env.Bus = 'x'; app.serviceBusQueue('q', ${options})`));
    const ended = await runHostToEnd(app);
    app.remove();
    // The library writes a line of its own before.
    expect(ended.code).toBe(1);
    expect(ended.output.trimEnd().split('\n').at(-1)).toBe('not supported: sdkBinding (function q)');
  });

  test('a file that throws while loading', async () => {
    const output = await failure((app) => app.write('index.js', "throw new Error('not today')"));
    expect(output).toContain('Unable to load "index.js": not today (at file:');
  });

  test('a port in use', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const output = await failure((app) => app.write('index.js', ''), ['--port', port]);
    expect(output).toBe(
      `Port ${port} is in use; stop the program that uses it or choose another with --port.`,
    );
    other.close();
  });

  test('an unknown option', async () => {
    expect(await failure((app) => app.write('index.js', ''), ['--prot', '1'])).toContain(
      '--help shows the options',
    );
  });
});

test('what is ignored in host.json or of a binding is warned of, what is harmless is not', async () => {
  const app = makeApp(undefined, {
    version: '2.0',
    extensionBundle: { id: 'x' },
    logging: { applicationInsights: {} },
    concurrency: { dynamicConcurrencyEnabled: true },
    extensions: { durableTask: { hubName: 'Hub', tracing: {} }, serviceBus: { maxConcurrentSessions: 8 } },
  });
  app.write('package.json', { main: 'index.js', type: 'module' });
  app.write(
    'index.js',
    `import { app } from '@azure/functions';
     app.generic('h', { trigger: { type: 'httpTrigger', name: 'r', authLevel: 'ADMIN', webHookType: 'x' }, handler() {} });`,
  );
  const host = await runHost(app, ['--enforce-keys']);
  expect((await fetch(`${host.url}/api/h`)).status).toBe(401);
  await host.stop();
  app.remove();
  const warnings = host.output().match(/(?<=warn {2}host: ).*/g);
  expect(warnings).toEqual([
    'not supported: concurrency in host.json is ignored',
    'not supported: extensions.durableTask.tracing in host.json is ignored',
    'not supported: extensions.serviceBus.maxConcurrentSessions in host.json is ignored',
    'not supported: webHookType of the HTTP trigger of function h is ignored',
  ]);
});

describe('what is wrong with the settings is named', () => {
  test.each<[string, (app: ReturnType<typeof makeApp>) => void, string]>([
    [
      'a "main" that matches nothing',
      (app) => app.write('package.json', { main: 'dist/*.js' }),
      'is "dist/*.js", which matches no file; compile the app first',
    ],
    [
      'a host.json that is no JSON',
      (app) => app.write('host.json', '{\n"version": "2.0",\n"a" 1}'),
      'host.json is not valid JSON: ColonExpected in line 3.',
    ],
    [
      'a wrong option in host.json',
      (app) =>
        app.write('host.json', { version: '2.0', extensions: { serviceBus: { maxBatchWaitTime: '30' } } }),
      'extensions.serviceBus.maxBatchWaitTime: "30" is not a TimeSpan hh:mm:ss',
    ],
    [
      'batch sizes that contradict',
      (app) =>
        app.write('host.json', {
          extensions: { serviceBus: { minMessageBatchSize: 9, maxMessageBatchSize: 5 } },
        }),
      'minMessageBatchSize (9) is above maxMessageBatchSize (5)',
    ],
    [
      'transactions in host.json',
      (app) =>
        app.write('host.json', { extensions: { serviceBus: { enableCrossEntityTransactions: true } } }),
      'extensions.serviceBus.enableCrossEntityTransactions: not supported: transactions',
    ],
    [
      'a choice of functions in host.json',
      (app) => app.write('host.json', { functions: ['one'] }),
      'functions: not supported: choosing functions',
    ],
    [
      'encrypted settings',
      (app) => app.write('local.settings.json', { IsEncrypted: true }),
      'not supported:',
    ],
  ])('%s', async (_, prepare, message) => {
    const app = makeApp();
    prepare(app);
    const start = startHost({ appFolder: app.folder, port: 0, write: () => {} });
    await expect(start).rejects.toThrow(HostStartError);
    await expect(start).rejects.toThrow(message);
    app.remove();
  });
});
