import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { ManualClock } from '../../manual-clock.ts';
import { makeDurableApp } from '../fixtures/make-app.ts';
import { until } from '../fixtures/until.ts';
import { type RunningHost, startHost } from '../host.ts';
import { InstanceExistsError, type InstanceStatus, type RuntimeStatus, type TaskHub } from './task-hub.ts';

vi.setConfig({ testTimeout: 30_000 });

const HOUR = 3_600_000;
const app = makeDurableApp('durable.js', {
  version: '2.0',
  extensions: { durableTask: { hubName: 'Hub', maxConcurrentActivityFunctions: 3 } },
});
const clock = new ManualClock('2026-11-22T04:00:00Z');
const lines: string[] = [];
let host: RunningHost;
let hub: TaskHub;

interface Gates {
  waiting: (() => void)[];
  most: number;
}
const gates: Gates = { waiting: [], most: 0 };

beforeAll(async () => {
  Object.assign(globalThis, { durableGates: gates });
  const { folder: appFolder, dataFolder } = app;
  host = await startHost({ appFolder, dataFolder, port: 0, clock, write: (line) => lines.push(line) });
  if (!host.taskHub) throw new Error('The host has no task hub.');
  hub = host.taskHub;
});
afterAll(async () => {
  await host.stop();
  app.remove();
});
beforeEach(() => {
  lines.length = 0;
});

const start = async (name: string, input: unknown = null, instanceId?: string) =>
  (await hub.start({ name, instanceId, inputJson: JSON.stringify(input) })).instanceId;

const reaches = (instanceId: string, status: RuntimeStatus) =>
  until(async () => {
    const now = await hub.status(instanceId);
    return now?.runtimeStatus === status && now;
  }, `${instanceId} to be ${status}`);

const outputOf = ({ outputJson }: InstanceStatus) => JSON.parse(outputJson ?? 'null');

const openGate = async () => (await until(() => gates.waiting.shift(), 'an activity at the gate'))();

const eventTypes = async (instanceId: string) =>
  (await hub.history(instanceId))?.map(({ EventType }) => EventType);

test('30 minutes of an orchestrator pass in no time, and it never wakes early', async () => {
  const id = await start('reminder');
  await reaches(id, 'Running');
  const began = clock.now();
  clock.step();
  expect(clock.now() - began).toBe(HOUR / 2);
  const [at, woke] = outputOf(await reaches(id, 'Completed'));
  expect(woke).toBe(at);
});

test('retries wait by the clock of the host', async () => {
  const id = await start('retrying');
  for (const seconds of [60, 600]) {
    await until(() => clock.pending() === 1, 'the wait for the next attempt');
    const began = clock.now();
    clock.step();
    expect((clock.now() - began) / 1000).toBe(seconds);
  }
  expect(outputOf(await reaches(id, 'Completed'))).toEqual({
    seconds: 660,
    message: "Activity function 'fail' failed:  never works ",
  });
});

test('an event that comes in time ends the wait, and the cancelled timer is forgotten', async () => {
  const id = await start('order', { order: 1 });
  await until(() => clock.pending() === 1, 'the time-out to be set');
  expect(await hub.raiseEvent(id, 'decision', '"confirmed"')).toBe('accepted');
  expect(outputOf(await reaches(id, 'Completed'))).toMatchObject({ order: 1, decision: 'confirmed' });
  expect(clock.pending()).toBe(0);
  expect(await eventTypes(id)).toEqual([12, 0, 4, 13, 12, 5, 10, 13, 12, 15, 4, 13, 12, 5, 1, 13]);
});

test('who waits for an end is told when it is stored, or after the time-out', async () => {
  const id = await start('waiting');
  const late = hub.settled(id, HOUR);
  await until(() => clock.pending() === 1, 'the time-out');
  clock.step();
  expect(await late).toMatchObject({ runtimeStatus: 'Running' });
  const ended = hub.settled(id, HOUR);
  await hub.raiseEvent(id, 'go', '7');
  expect(await ended).toMatchObject({ runtimeStatus: 'Completed', outputJson: '7' });
  expect(clock.pending()).toBe(0);
  expect(await hub.settled('nobody', HOUR)).toBeUndefined();
});

test('no more activities run at a time than host.json allows, and all run', async () => {
  gates.most = 0;
  const id = await start('gated', 8);
  for (let i = 0; i < 8; i += 1) await openGate();
  expect(outputOf(await reaches(id, 'Completed'))).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(gates.most).toBe(3);
});

test('an instance that continues as new time and again has a short history, and its guids never repeat', async () => {
  const id = await start('generations', { left: 10, guids: [] });
  const ended = await until(async () => {
    clock.step();
    const now = await hub.status(id);
    return now?.runtimeStatus === 'Completed' && now;
  }, 'the last execution');
  const guids: string[] = outputOf(ended);
  expect(new Set(guids).size).toBe(11);
  expect(await eventTypes(id)).toEqual([12, 0, 13, 10, 13, 12, 11, 1, 13]);
});

test('events that come between two executions of an instance go to the next', async () => {
  const id = await start('collector');
  await hub.raiseEvent(id, 'next', '"a"');
  const open = await until(() => gates.waiting.shift(), 'the activity');
  const first = await hub.status(id);
  open();
  await until(async () => (await hub.status(id))?.executionId !== first?.executionId, 'a new execution');
  await hub.raiseEvent(id, 'next', '"b"');
  await openGate();
  await until(async () => (await hub.status(id))?.inputJson === '["a","b"]', 'the third execution');
  await hub.raiseEvent(id, 'next', '"end"');
  expect(outputOf(await reaches(id, 'Completed'))).toEqual(['a', 'b']);
});

test('a suspended instance keeps what comes and goes on with it when it is resumed', async () => {
  const id = await start('waiting');
  await reaches(id, 'Running');
  expect(await hub.resume(id, null)).toBe('unchanged');
  expect(await hub.suspend(id, 'hold')).toBe('accepted');
  expect(await reaches(id, 'Suspended')).toMatchObject({ outputJson: '"hold"', customStatusJson: '"waits"' });
  expect(await hub.suspend(id, 'twice')).toBe('unchanged');
  await hub.raiseEvent(id, 'go', '1');
  await until(async () => (await eventTypes(id))?.includes(15), 'the event to be in the history');
  expect(await hub.status(id)).toMatchObject({ runtimeStatus: 'Suspended' });
  await hub.resume(id, null);
  expect(await reaches(id, 'Completed')).toMatchObject({ outputJson: '1' });
  expect(await hub.suspend(id, null)).toBe('finished');
  expect(await hub.raiseEvent('nobody', 'go', '1')).toBe('missing');
});

test('a parent is told how its sub-orchestration ended; its own end does not end the child', async () => {
  const done = await start('parent', null, 'done');
  await reaches('done-kid', 'Running');
  await hub.raiseEvent('done-kid', 'go', '{"n":1}');
  expect(await reaches(done, 'Completed')).toMatchObject({ outputJson: '{"n":1}' });

  const bereft = await start('parent', null, 'bereft');
  await reaches('bereft-kid', 'Running');
  await hub.terminate('bereft-kid', 'no more');
  expect(outputOf(await reaches(bereft, 'Failed'))).toMatch(/^Non-Deterministic workflow detected: /);

  const ended = await start('parent', null, 'ended');
  await reaches('ended-kid', 'Running');
  await hub.terminate(ended, null);
  expect(await reaches(ended, 'Terminated')).toMatchObject({ outputJson: null });
  expect(await hub.status('ended-kid')).toMatchObject({ runtimeStatus: 'Running' });
  await hub.raiseEvent('ended-kid', 'go', '1');
  await reaches('ended-kid', 'Completed');
});

test.each([
  ['usesHttp', 'callHttp'],
  ['usesEntity', 'callEntity'],
])('what this host does not do fails the instance and is said loudly: %s', async (name, used) => {
  const id = await start(name);
  expect(outputOf(await reaches(id, 'Failed'))).toBe(
    `Orchestrator function '${name}' failed: not supported: ${used}`,
  );
  expect(lines.join('')).toMatch(new RegExp(`error ${name}: instance ${id} fails: not supported: ${used}\n`));
});

test('an activity that does not exist keeps the instance running, said once, until it is terminated', async () => {
  const id = await start('lost');
  await reaches(id, 'Running');
  await hub.raiseEvent(id, 'anything', '1');
  await until(async () => (await eventTypes(id))?.includes(15), 'the second episode');
  const warnings = lines.filter((line) => line.includes(id));
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain("waits for ever: the app has no activity function 'doesNotExist'");
  await hub.terminate(id, 'enough');
  expect(await reaches(id, 'Terminated')).toMatchObject({ outputJson: '"enough"' });
});

test('an orchestrator that does not exist fails with its first episode', async () => {
  const id = await start('nope', 1);
  expect(outputOf(await reaches(id, 'Failed'))).toMatch(
    /^Orchestrator function 'nope' failed: The function 'nope' doesn't exist, .* functions: 'order', 'reminder', /,
  );
});

test('an id in use is refused while it runs and overwritten when it has ended', async () => {
  const id = await start('waiting', null, 'same');
  await reaches(id, 'Running');
  await expect(start('waiting', null, id)).rejects.toThrow(InstanceExistsError);
  await expect(hub.restart(id, false)).rejects.toThrow('with the status Running already exists');
  await hub.raiseEvent(id, 'go', '1');
  const first = await reaches(id, 'Completed');
  const again = await hub.restart(id, false);
  expect(again).toMatchObject({ instanceId: id, runtimeStatus: 'Pending', inputJson: 'null' });
  expect(again?.executionId).not.toBe(first.executionId);
  await reaches(id, 'Running');
  expect(await eventTypes(id)).toEqual([12, 0, 13]);
  const other = await hub.restart(id, true);
  expect(other?.instanceId).toMatch(/^[\da-f]{32}$/);
  expect(await hub.restart('nobody', true)).toBeUndefined();
});

test('purging removes an instance with all that belongs to it, whatever is still under way for it', async () => {
  const running = await start('gated', 1, 'purge-running');
  const ended = await start('order', { order: 2 }, 'purge-ended');
  await until(() => clock.pending() === 1, 'the time-out of the order');
  const finish = await until(() => gates.waiting.shift(), 'the activity');
  expect(await hub.purge(running)).toBe('not-terminal');
  expect(await hub.purge('nobody')).toBe('missing');
  await hub.terminate(ended, null);
  await reaches(ended, 'Terminated');
  expect(clock.pending()).toBe(0);
  expect(await hub.purge(ended)).toBe('purged');
  expect(await hub.history(ended)).toBeUndefined();
  expect(await hub.purgeMany({ createdTo: clock.now() + HOUR })).toBeGreaterThan(0);
  expect(await hub.list({})).toEqual({ instances: [] });
  finish();
  const reused = await start('gated', 1, running);
  await openGate();
  expect(outputOf(await reaches(reused, 'Completed'))).toEqual([0]);
});

test('instances are listed by id, page by page, by status, time and prefix', async () => {
  await hub.purgeMany({});
  const ids = ['l-1', 'l-2', 'l-3', 'm-1'];
  for (const id of ids) {
    await start('waiting', null, id);
    clock.schedule(() => {}, 1000);
    clock.step();
  }
  for (const id of ids) await reaches(id, 'Running');
  await hub.terminate('l-2', null);
  const { createdTime } = await reaches('l-2', 'Terminated');
  const listed = async (filter: Parameters<TaskHub['list']>[0]) =>
    (await hub.list(filter)).instances.map(({ instanceId }) => instanceId);
  expect(await listed({})).toEqual(ids);
  expect(await listed({ instanceIdPrefix: 'l-' })).toEqual(['l-1', 'l-2', 'l-3']);
  expect(await listed({ runtimeStatus: ['Terminated', 'Completed'] })).toEqual(['l-2']);
  expect(await listed({ createdFrom: createdTime, createdTo: createdTime + 1000 })).toEqual(['l-2', 'l-3']);
  const first = await hub.list({ top: 3 });
  expect(first.instances).toHaveLength(3);
  const second = await hub.list({ top: 3, continuationToken: first.continuationToken });
  expect(second).toEqual({ instances: [expect.objectContaining({ instanceId: 'm-1' })] });
});
