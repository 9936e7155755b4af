import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { RECORDINGS } from '../fixtures/make-app.ts';
import { type TimerPayload, timerHost } from '../fixtures/timer-host.ts';

const file = join(RECORDINGS, 'http', 'timers.json');
const present = existsSync(file);
const recording = present ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
const payloads = (part: 'firstStart' | 'afterRestart', name: string): TimerPayload[] =>
  recording[part]
    .filter(({ request }: { request: { functionId: string } }) => request.functionId === name)
    .map(({ request }: { request: { inputData: { data: { json: string } }[] } }) =>
      JSON.parse(request.inputData[0]?.data.json ?? ''),
    );

const TIMERS: [name: string, options: Record<string, unknown>][] = [
  ['tEvery10s', { schedule: '*/10 * * * * *' }],
  ['tEveryMinute', { schedule: '0 * * * * *' }],
  ['tRunOnStartup', { schedule: '0 0 0 1 1 *', runOnStartup: true }],
  ['tTimeSpan', { schedule: '00:01:15' }],
  ['tFive', { schedule: '*/1 * * * *' }],
];

if (!present)
  test.skip(`the recordings of the real host are not at ${file}: nothing to compare with`, () => {});

describe.runIf(present)('on the recorded clock', () => {
  test.each(TIMERS)(
    '%s gets the payloads the real host gave it after its first start',
    async (name, options) => {
      const recorded = payloads('firstStart', name).slice(0, 3);
      const host = timerHost('2026-11-22T04:34:57.042Z');
      await host.listen(name, options).start();
      for (let count = 1; count <= recorded.length; count += 1) {
        while (host.runs.length < count) {
          await vi.waitUntil(() => host.clock.pending() > 0 || host.runs.length >= count);
          if (host.runs.length < count) host.clock.step();
        }
        await vi.waitUntil(() => host.clock.pending() > 0);
      }
      expect(host.runs.map(({ payload }) => timeless(payload))).toEqual(recorded.map(timeless));
      host.app.remove();
    },
  );

  test.each(TIMERS.filter(([name]) => name !== 'tEvery10s'))(
    '%s is past due after the recorded stop, with the status it had before',
    async (name, options) => {
      const [recorded] = payloads('afterRestart', name);
      const host = timerHost('2026-11-22T04:56:04.591Z');
      host.app.write(`data/timers/${name}.json`, recorded?.ScheduleStatus);
      await host.listen(name, options).start();
      await vi.waitUntil(() => host.runs.length === 1);
      expect(host.runs[0]?.payload.IsPastDue).toBe(recorded?.IsPastDue);
      expect(toMilliseconds(host.runs[0]?.payload)).toEqual(toMilliseconds(recorded));
      host.app.remove();
    },
  );
});

/** Which runs show a status, which fields have "never", and where occurrences fall: for cron schedules to the second, for TimeSpans the distance. */
function timeless({ Schedule, ScheduleStatus, IsPastDue }: TimerPayload) {
  const status = ScheduleStatus && {
    lastIsNever: ScheduleStatus.Last.startsWith('0001'),
    updatedIsNever: ScheduleStatus.LastUpdated.startsWith('0001'),
    next: Schedule.AdjustForDST ? ScheduleStatus.Next : undefined,
    interval:
      Schedule.AdjustForDST || ScheduleStatus.Last.startsWith('0001')
        ? undefined
        : Date.parse(ScheduleStatus.Next) - Date.parse(ScheduleStatus.Last),
  };
  return { Schedule, status, IsPastDue };
}

/** .NET has seven digits of a second, JavaScript three. */
function toMilliseconds(payload: TimerPayload | undefined) {
  const status = payload?.ScheduleStatus;
  return (
    status && {
      Last: Date.parse(status.Last),
      Next: Date.parse(status.Next),
      LastUpdated: Date.parse(status.LastUpdated),
    }
  );
}
