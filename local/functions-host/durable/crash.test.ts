import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makeDurableApp, type TestApp } from '../fixtures/make-app.ts';
import { type HostProcess, runHost, runHostToEnd } from '../fixtures/run-host.ts';
import { until } from '../fixtures/until.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 40_000 });

/** A run of an activity: `note` of an order, or `slow`. */
interface Run {
  order?: number;
  step?: 1 | 2;
  first?: string;
  token: string;
}

interface Status {
  runtimeStatus: string;
  output: unknown;
}

let app: TestApp;
let host: HostProcess;
let systemKey: string;

const begin = async () => {
  host = await runHost(app, [], { RECORD: join(app.folder, 'record'), NO_PROXY: '127.0.0.1,localhost' });
  systemKey = JSON.parse(readFileSync(join(app.dataFolder, 'keys.json'), 'utf8')).durabletask_extension;
};

const kill = async () => {
  const closed = new Promise((resolve) => host.process.once('close', resolve));
  host.process.kill('SIGKILL');
  await closed;
};

beforeEach(async () => {
  app = makeDurableApp('durable.js', versioned('1.0'));
  await begin();
});
afterEach(async () => {
  await host.stop();
  app.remove();
});

const versioned = (defaultVersion: string) => ({
  version: '2.0',
  logging: { logLevel: { default: 'warning' } },
  extensions: { durableTask: { hubName: 'Hub', defaultVersion } },
});

const ask = async (path: string, body?: unknown, method = body === undefined ? 'GET' : 'POST') => {
  const url = `${host.url}/runtime/webhooks/durabletask/${path}${path.includes('?') ? '&' : '?'}code=${systemKey}`;
  const headers = { 'content-type': 'application/json' };
  return fetch(url, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
};

const statusOf = async (id: string) => (await (await ask(`instances/${id}`)).json()) as Status;

const reaches = (id: string, status: string) =>
  until(
    async () => {
      const now = await statusOf(id);
      return now.runtimeStatus === status && now;
    },
    `${id} to be ${status}`,
    PATIENCE,
  );

/** What activities recorded; the last line may be half written. */
const runs = (): Run[] => {
  const file = join(app.folder, 'record');
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => (line.endsWith('}') ? [JSON.parse(line)] : []));
};

/** Does it for 0 to below `count`, several at a time. */
async function forEach(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: 20 }, worker));
}

/** Asks until the host, which is killed and comes back in between, has taken it. */
const insist = (work: () => Promise<Response>) =>
  until(async () => {
    const response = await work().catch(() => undefined);
    return response && response.status < 500 && response;
  });

const COUNT = 1000;
const PATIENCE = 100_000;

interface Output {
  first: string;
  second: string;
  decision: unknown;
}

test('kill -9 in the middle of 1,000 orchestrations loses none: all finish, and no result an orchestrator has seen changes', async () => {
  let isDone = false;
  const clients = (async () => {
    await forEach(COUNT, async (order) => {
      // An order whose answer was lost is asked for again: 202 or, where the first try got through, 500 of the function.
      await until(async () => {
        const response = await fetch(`${host.url}/api/start/${order}`, { method: 'POST' }).catch(
          () => undefined,
        );
        return response?.status === 202 || (response && (await isStarted(order)));
      });
      await insist(() => ask(`instances/order-${order}/raiseEvent/decision`, { order }));
    });
    isDone = true;
  })();
  for (const share of [0.2, 0.5, 0.8]) {
    await until(() => runs().length > share * COUNT, `${share} of the activities`, PATIENCE);
    await kill();
    await begin();
  }
  await clients;
  expect(isDone).toBe(true);

  const outputs = new Map<number, Output>();
  await forEach(COUNT, async (order) => {
    const { output } = await reaches(`order-${order}`, 'Completed');
    outputs.set(order, output as Output);
  });
  const recorded = runs();
  const tokens = new Set(recorded.map(({ token }) => token));
  for (const [order, { first, second, decision }] of outputs) {
    expect(decision).toEqual({ order });
    expect([tokens.has(first), tokens.has(second)]).toEqual([true, true]);
  }
  const seconds = recorded.filter(({ step }) => step === 2);
  expect(seconds.length).toBeGreaterThanOrEqual(COUNT);
  for (const { order = -1, first } of seconds) expect(first).toBe(outputs.get(order)?.first);
});

const isStarted = async (order: number) =>
  ask(`instances/order-${order}`)
    .then(({ status }) => status < 300)
    .catch(() => false);

test('a restart goes on with what waits: timers, events, suspension, and activities that were in hand begin again', async () => {
  await ask('orchestrators/order/waits', { order: 1 });
  await ask('orchestrators/waiting/rests', {});
  await reaches('rests', 'Running');
  await ask('instances/rests/suspend?reason=pause', {});
  await reaches('rests', 'Suspended');
  await ask('orchestrators/unhurried/works', {});
  await until(() => runs().some(({ token }) => token === 'works'), 'the activity to begin');
  await kill();
  await begin();
  expect(await statusOf('rests')).toMatchObject({ runtimeStatus: 'Suspended', output: 'pause' });
  await ask('instances/rests/raiseEvent/go', 1);
  await ask('instances/rests/resume', {});
  expect((await reaches('rests', 'Completed')).output).toBe(1);
  await ask('instances/waits/raiseEvent/decision', 'yes');
  expect((await reaches('waits', 'Completed')).output).toMatchObject({ decision: 'yes' });
  expect((await reaches('works', 'Completed')).output).toBe('works');
  expect(runs().filter(({ token }) => token === 'works')).toHaveLength(2);
});

test('a host that is asked to stop lets activities in hand end and keeps their results', async () => {
  await ask('orchestrators/unhurried/works', {});
  await until(() => runs().length > 0, 'the activity to begin');
  expect(await host.stop()).toBe(0);
  await begin();
  expect((await reaches('works', 'Completed')).output).toBe('works');
  expect(runs()).toHaveLength(1);
});

test('an instance of a newer version waits for a host of that version; of an older one it runs', async () => {
  await ask('orchestrators/reminder/newer?version=2.0', {});
  await ask('orchestrators/waiting/older?version=0.9', {});
  await reaches('older', 'Running');
  await host.waitFor(
    /warn {2}reminder: instance newer has version 2\.0, which this host \(defaultVersion 1\.0/,
  );
  expect(await statusOf('newer')).toMatchObject({ runtimeStatus: 'Pending' });
  await host.stop();
  app.write('host.json', versioned('2.0'));
  await begin();
  await reaches('newer', 'Running');
});

test('a data folder belongs to one host', async () => {
  const { code, output } = await runHostToEnd(app);
  expect([code, output]).toEqual([
    1,
    `The data folder ${app.dataFolder} is in use by another Functions host: stop it or name another with --data\n`,
  ]);
});
