import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makeDurableApp, REPOSITORY, type TestApp } from '../../local/functions-host/fixtures/make-app.ts';
import { type HostProcess, runHost } from '../../local/functions-host/fixtures/run-host.ts';
import { until } from './fabric.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

/** The versions a deployment has the code of, and the one that new instances are started with. */
type Deployment = { readonly versions: readonly ('1' | '2')[]; readonly defaultVersion: '1' | '2' };

/** Both yield steps that the other does not, so that the history of one is no history of the other. */
const CODE = {
  '1': `function* ({ df }) {
    const before = yield df.callActivity('reserve', 'v1');
    const decision = yield df.waitForExternalEvent('decision');
    const after = yield df.callActivity('confirm', 'v1');
    return [before, decision, after];
  }`,
  '2': `function* ({ df }) {
    const checked = yield df.callActivity('check', 'v2');
    yield df.createTimer(df.currentUtcDateTime);
    const before = yield df.callActivity('reserve', 'v2');
    const decision = yield df.waitForExternalEvent('decision');
    return [checked, before, decision];
  }`,
};

let app: TestApp;
let host: HostProcess | undefined;

beforeEach(() => {
  app = makeDurableApp('durable.js');
});

afterEach(async () => {
  await host?.stop();
  app.remove();
});

/** Stops what runs, and puts another version of the app in its place; the task hub stays. */
async function deploy({ versions, defaultVersion }: Deployment): Promise<void> {
  await host?.stop();
  const byVersion = pathToFileURL(join(REPOSITORY, 'functions/orchestrations/versions.ts'));
  const table = versions.map((version) => `'${version}': ${CODE[version]}`).join(',\n');
  const activities = ['reserve', 'confirm', 'check'].map(
    (name) => `df.app.activity('${name}', { handler: (by) => '${name} by ' + by });`,
  );
  app.write(
    'index.js',
    [
      `import df from 'durable-functions';`,
      `import { byVersion } from '${byVersion}';`,
      ...activities,
      `df.app.orchestration('line', byVersion({ ${table} }));`,
    ].join('\n'),
  );
  app.write('host.json', {
    version: '2.0',
    extensions: {
      durableTask: {
        ...{ hubName: 'Hub', defaultVersion },
        ...{ versionMatchStrategy: 'CurrentOrOlder', versionFailureStrategy: 'Reject' },
      },
    },
  });
  host = await runHost(app, [], { NO_PROXY: '127.0.0.1,localhost' });
}

async function ask(path: string, body?: unknown): Promise<Response> {
  const keys = JSON.parse(readFileSync(join(app.dataFolder, 'keys.json'), 'utf8'));
  const url = `${host?.url}/runtime/webhooks/durabletask/${path}?code=${keys.durabletask_extension}&showHistory=true`;
  if (body === undefined) return fetch(url);
  const headers = { 'content-type': 'application/json' };
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
}

async function start(instanceId: string): Promise<void> {
  expect((await ask(`orchestrators/line/${instanceId}`, {})).status).toBe(202);
}

async function decide(instanceId: string): Promise<void> {
  expect((await ask(`instances/${instanceId}/raiseEvent/decision`, 'confirmed')).status).toBe(202);
}

type Status = {
  readonly runtimeStatus: string;
  readonly output: unknown;
  readonly historyEvents: readonly { EventType: string; FunctionName?: string }[];
};

function untilStatus(instanceId: string, satisfied: (status: Status) => boolean): Promise<Status> {
  return until(
    async () => (await (await ask(`instances/${instanceId}`)).json()) as Status,
    satisfied,
    60_000,
  );
}

/** Waits until the instance waits for the decision: its last activity before that has ended. */
function untilReserved(instanceId: string): Promise<Status> {
  return untilStatus(instanceId, ({ historyEvents }) =>
    historyEvents.some(
      ({ EventType, FunctionName }) => EventType === 'TaskCompleted' && FunctionName === 'reserve',
    ),
  );
}

async function outputOf(instanceId: string): Promise<unknown> {
  const { runtimeStatus, output } = await untilStatus(instanceId, ({ runtimeStatus }) => {
    return runtimeStatus === 'Completed' || runtimeStatus === 'Failed';
  });
  return { runtimeStatus, output };
}

test('an instance in flight finishes by the steps of its version after the next one is deployed; a new one takes the new steps', async () => {
  await deploy({ versions: ['1'], defaultVersion: '1' });
  await start('old');
  await untilReserved('old');

  await deploy({ versions: ['1', '2'], defaultVersion: '2' });
  await start('new');
  await untilReserved('new');
  await decide('old');
  await decide('new');

  expect(await outputOf('old')).toEqual({
    runtimeStatus: 'Completed',
    output: ['reserve by v1', 'confirmed', 'confirm by v1'],
  });
  expect(await outputOf('new')).toEqual({
    runtimeStatus: 'Completed',
    output: ['check by v2', 'reserve by v2', 'confirmed'],
  });
});

test('an instance that was not begun before the deployment keeps its version too', async () => {
  await deploy({ versions: ['1'], defaultVersion: '1' });
  await start('old');
  await deploy({ versions: ['1', '2'], defaultVersion: '2' });
  await decide('old');
  expect(await outputOf('old')).toMatchObject({ output: ['reserve by v1', 'confirmed', 'confirm by v1'] });
});

test('a deployment that has lost the code of a version in flight fails it rather than run other steps, and logs which', async () => {
  await deploy({ versions: ['1'], defaultVersion: '1' });
  await start('old');
  await untilReserved('old');
  await deploy({ versions: ['2'], defaultVersion: '2' });
  await decide('old');
  expect(await outputOf('old')).toMatchObject({ runtimeStatus: 'Failed' });
  expect(host?.output()).toContain('This app has no code for version 1 of orchestration line; instance ');
});

test('after a roll-back, what the newer version began waits until that is deployed again', async () => {
  await deploy({ versions: ['1', '2'], defaultVersion: '2' });
  await start('newer');
  await untilReserved('newer');
  await deploy({ versions: ['1'], defaultVersion: '1' });
  await decide('newer');
  await start('older');
  await decide('older');
  expect(await outputOf('older')).toMatchObject({ runtimeStatus: 'Completed' });
  expect(await untilStatus('newer', () => true)).toMatchObject({ runtimeStatus: 'Running' });
  await deploy({ versions: ['1', '2'], defaultVersion: '2' });
  expect(await outputOf('newer')).toMatchObject({ output: ['check by v2', 'reserve by v2', 'confirmed'] });
});
