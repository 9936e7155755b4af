import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseNcrontab } from './ncrontab.ts';
import { parseSchedule } from './schedule.ts';

const next = (expression: string, from: string) => {
  const at = parseNcrontab(expression).next(Date.parse(from));
  return at === undefined ? undefined : new Date(at).toISOString().replace('.000Z', 'Z');
};

describe('an NCRONTAB expression', () => {
  test.each([
    ['0 */15 * * * *', '2026-11-22T04:34:57Z', '2026-11-22T04:45:00Z'],
    ['*/15 * * * *', '2026-11-22T04:45:00Z', '2026-11-22T05:00:00Z'],
    ['*/10 * * * * *', '2026-11-22T04:34:57Z', '2026-11-22T04:35:00Z'],
    ['0 30 4 * * *', '2026-11-22T04:34:57Z', '2026-11-23T04:30:00Z'],
    ['0 0 0 1 1 *', '2026-11-22T04:34:57Z', '2027-01-01T00:00:00Z'],
    ['0 30 9 * Jan Mon', '2026-11-22T00:00:00Z', '2027-01-04T09:30:00Z'],
    ['0 0 9-17/4 * * mon-fri', '2026-11-20T17:00:00Z', '2026-11-23T09:00:00Z'],
    ['5,35 10/20 * * * *', '2026-11-22T04:10:05Z', '2026-11-22T04:10:35Z'],
    ['5,35 10/20 * * * *', '2026-11-22T04:50:35Z', '2026-11-22T05:10:05Z'],
    ['0 0 0 29 2 *', '2026-11-22T00:00:00Z', '2028-02-29T00:00:00Z'],
  ])('%s after %s is %s', (expression, from, expected) => {
    expect(next(expression, from)).toBe(expected);
  });

  test('needs day of month AND day of week to fit, unlike Vixie cron', () => {
    expect(next('0 0 0 13 * fri', '2026-01-01T00:00:00Z')).toBe('2026-02-13T00:00:00Z');
  });

  test.each([
    ['0 0 0', '3 fields'],
    ['61 0 0 * * *', '"61" is no second (0 to 59)'],
    ['0 0 25 * * *', '"25" is no hour (0 to 23)'],
    ['0 0 0 * * 7', '"7" is no day of week (0 to 6)'],
    ['0 0 0 L * *', '"L" is no day (1 to 31)'],
    ['0 5-2 * * * *', '"5-2" is no minute'],
    ['0 */0 * * * *', '"*/0" is no minute'],
    ['0 0 0 30 2 *', 'never occurs'],
  ])('%s is refused: %s', (expression, reason) => {
    expect(() => parseNcrontab(expression)).toThrow(reason);
  });

  test('occurs at the first second that fits, and not before', () => {
    const step = fc.constantFrom('*', '*/7', '3', '10-20', '5/25');
    fc.assert(
      fc.property(step, step, fc.integer({ min: 0, max: 86_400 }), (second, minute, offset) => {
        const schedule = parseNcrontab(`${second} ${minute} * * * *`);
        const from = Date.parse('2026-11-22T00:00:00Z') + offset * 1000;
        let expected = from + 1000;
        while (
          !(
            fits(second, new Date(expected).getUTCSeconds()) &&
            fits(minute, new Date(expected).getUTCMinutes())
          )
        ) {
          expected += 1000;
        }
        expect(schedule.next(from)).toBe(expected);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the schedule of a timer trigger', () => {
  test('may be a TimeSpan between runs, which knows no daylight saving', () => {
    const schedule = parseSchedule('00:01:15');
    expect(schedule.next(1000)).toBe(76_000);
    expect(schedule.adjustForDst).toBe(false);
    expect(parseSchedule('1.02:00:00').next(0)).toBe(26 * 3_600_000);
  });

  test.each([
    ['*/10 * * * * *', false],
    ['0 * * * * *', true],
    ['*/10 5 * * * *', true],
    ['00:00:59', false],
    ['00:01:00', true],
  ])('%s is monitored: %s (more than once in every minute is not)', (text, monitored) => {
    expect(parseSchedule(text).canMonitor).toBe(monitored);
  });

  test.each(['00:00:00', '24:00:00', '1:2:3:4'])('%s is refused', (text) => {
    expect(() => parseSchedule(text)).toThrow('TimeSpan');
  });
});

function fits(field: string, value: number): boolean {
  if (field === '*/7') return value % 7 === 0;
  if (field === '10-20') return value >= 10 && value <= 20;
  if (field === '5/25') return value >= 5 && (value - 5) % 25 === 0;
  return field === '*' || value === Number(field);
}
