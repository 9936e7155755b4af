import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { timerHost } from '../fixtures/timer-host.ts';

const START = '2026-11-22T04:34:57.250Z';
let host: ReturnType<typeof timerHost> | undefined;
afterEach(() => host?.app.remove());

const given = (environment?: NodeJS.ProcessEnv, start = START) => {
  host = timerHost(start, environment);
  return host;
};
const armed = ({ clock }: ReturnType<typeof timerHost>) => vi.waitUntil(() => clock.pending() > 0);
const status = (name: string) =>
  JSON.parse(readFileSync(join(host?.app.dataFolder ?? '', 'timers', `${name}.json`), 'utf8'));

describe('a timer function', () => {
  test('runs at each occurrence and remembers the last and the next', async () => {
    const timers = given();
    const listener = timers.listen('reconcile', { schedule: '0 */15 * * * *' });
    await listener.start();
    expect(timers.runs).toHaveLength(0);
    expect(status('reconcile')).toEqual({
      Last: '0001-01-01T00:00:00+00:00',
      Next: '2026-11-22T04:45:00+00:00',
      LastUpdated: '2026-11-22T04:34:57.25+00:00',
    });
    timers.clock.step();
    await armed(timers);
    timers.clock.step();
    await armed(timers);
    expect(timers.runs.map(({ at }) => at)).toEqual(['2026-11-22T04:45:00.000Z', '2026-11-22T05:00:00.000Z']);
    expect(timers.runs[1]?.payload.ScheduleStatus?.Last).toBe('2026-11-22T04:45:00+00:00');
    expect(status('reconcile').Next).toBe('2026-11-22T05:15:00+00:00');
    await listener.stop();
    expect(timers.clock.pending()).toBe(0);
  });

  test('waits days without overflowing the timer of Node', async () => {
    const timers = given();
    await timers.listen('yearly', { schedule: '0 0 0 1 6 *' }).start();
    while (timers.runs.length === 0 && timers.clock.step());
    await armed(timers);
    expect(timers.runs.map(({ at }) => at)).toEqual(['2027-06-01T00:00:00.000Z']);
  });

  test('never runs concurrently with itself: an occurrence that passed meanwhile follows at once, once', async () => {
    const timers = given();
    const running = Promise.withResolvers<void>();
    timers.behaviour.handler = () => running.promise;
    await timers.listen('slow', { schedule: '0 * * * * *' }).start();
    timers.clock.step();
    await vi.waitUntil(() => timers.runs.length === 1);
    const cancel = timers.clock.schedule(() => {}, 200_000);
    timers.clock.step();
    cancel();
    expect(timers.runs).toHaveLength(1);
    timers.behaviour.handler = async () => {};
    running.resolve();
    await armed(timers);
    timers.clock.step();
    await armed(timers);
    expect(timers.runs.map(({ at }) => at)).toEqual(['2026-11-22T04:35:00.000Z', '2026-11-22T04:38:20.000Z']);
    timers.clock.step();
    await vi.waitUntil(() => timers.runs.length === 3);
    expect(timers.runs[2]?.at).toBe('2026-11-22T04:39:00.000Z');
  });

  test('goes on after an error', async () => {
    const timers = given();
    timers.behaviour.handler = async () => {
      throw new Error('boom');
    };
    await timers.listen('failing', { schedule: '0 * * * * *' }).start();
    for (let i = 0; i < 2; i += 1) {
      timers.clock.step();
      await armed(timers);
    }
    expect(timers.runs).toHaveLength(2);
  });

  test('runs once, past due, when occurrences passed while the host was down', async () => {
    const timers = given();
    const first = timers.listen('reconcile', { schedule: '0 */15 * * * *' });
    await first.start();
    await first.stop();
    const cancel = timers.clock.schedule(() => {}, 4_000_000);
    timers.clock.step();
    cancel();
    await timers.listen('reconcile', { schedule: '0 */15 * * * *' }).start();
    await armed(timers);
    expect(timers.runs.map(({ payload }) => payload.IsPastDue)).toEqual([true]);
    expect(status('reconcile').Next).toBe('2026-11-22T05:45:00+00:00');
  });

  test('is not past due when its schedule was changed', async () => {
    const timers = given();
    const first = timers.listen('changed', { schedule: '0 */15 * * * *' });
    await first.start();
    await first.stop();
    timers.clock.schedule(() => {}, 4_000_000);
    timers.clock.step();
    await timers.listen('changed', { schedule: '0 */20 * * * *' }).start();
    expect(timers.runs).toHaveLength(0);
    expect(timers.clock.pending()).toBe(1);
  });

  test('keeps no status with useMonitor off', async () => {
    const timers = given();
    await timers
      .listen('unwatched', { schedule: '0 * * * * *', useMonitor: false, runOnStartup: true })
      .start();
    await armed(timers);
    expect(timers.runs[0]?.payload).toEqual({
      Schedule: { AdjustForDST: true },
      ScheduleStatus: null,
      IsPastDue: false,
    });
    expect(() => status('unwatched')).toThrow('ENOENT');
  });

  test('is tried again by its retry policy, under one invocation id', async () => {
    const timers = given();
    timers.behaviour.handler = async () => {
      throw new Error('always fails');
    };
    const retry = { retryStrategy: 'fixedDelay', maxRetryCount: 2, delayInterval: { seconds: 1 } };
    await timers.listen('tRetry', { schedule: '0 0 0 2 1 *', runOnStartup: true }, retry).start();
    for (let tries = 1; tries <= 3; tries += 1) {
      await vi.waitUntil(() => timers.runs.length === tries);
      await armed(timers);
      if (tries < 3) timers.clock.step();
    }
    expect(timers.runs.map(({ input }) => input.retryContext?.retryCount)).toEqual([0, 1, 2]);
    expect(timers.runs.map(({ input }) => input.retryContext?.exception?.message ?? null)).toEqual([
      null,
      'always fails',
      'always fails',
    ]);
    expect(new Set(timers.runs.map(({ input }) => input.invocationId)).size).toBe(1);
  });

  test('says which setting is missing, or what is wrong with its schedule', () => {
    const timers = given({ BAD: '0 0 99 * * *' });
    expect(() => timers.listen('t', { schedule: '%MY_SCHEDULE%' })).toThrow(
      'Setting "MY_SCHEDULE" is missing: the schedule of function t is "%MY_SCHEDULE%". Add "MY_SCHEDULE" to Values in local.settings.json or set it in the environment.',
    );
    expect(() => timers.listen('t', { schedule: '%bad%' })).toThrow(
      'The schedule of function t is wrong: "99" is no hour (0 to 23).',
    );
    expect(() => timers.listen('t', {})).toThrow('Function t has no schedule');
  });
});
