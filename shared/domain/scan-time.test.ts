import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeviceClock } from '../contracts/device-clock.ts';
import { clockOffset, runBeginning, scanTimeOf } from './scan-time.ts';

const NOON = new Date('2024-11-18T12:00:00.000Z');
const NO_CLOCK: DeviceClock = { time: undefined, run: undefined, milliseconds: undefined };
const at = (time: string): DeviceClock => ({ ...NO_CLOCK, time });
/** Scanned at the tenth second of its run. */
const scanClock = { run: 'R-1', milliseconds: 10_000 };
/** The run began an hour before noon. */
const BEGAN = Date.parse('2024-11-18T11:00:00.000Z');

describe('The time of a scan', () => {
  test.each([
    ['is what the wall clock said', {}, NO_CLOCK, undefined, '2024-11-18T10:00:00Z', []],
    [
      'is the arrival when the wall clock was ahead',
      { scannedAt: '2024-11-18T12:00:00.001Z' },
      NO_CLOCK,
      undefined,
      NOON.toISOString(),
      ['clamped-scan-time'],
    ],
    [
      'follows from the monotonic clock once the beginning of its run is known',
      { scanClock },
      NO_CLOCK,
      BEGAN,
      '2024-11-18T11:00:10.000Z',
      [],
    ],
    [
      'does so when the wall clock stood at 1970',
      { scanClock, scannedAt: '1970-01-01T00:00:10Z' },
      NO_CLOCK,
      BEGAN,
      '2024-11-18T11:00:10.000Z',
      [],
    ],
    [
      'does so when the wall clock was years ahead',
      { scanClock, scannedAt: '2031-01-01T00:00:00Z' },
      NO_CLOCK,
      BEGAN,
      '2024-11-18T11:00:10.000Z',
      [],
    ],
    [
      'is the wall clock’s when nobody told when its run began',
      { scanClock },
      NO_CLOCK,
      undefined,
      '2024-11-18T10:00:00Z',
      [],
    ],
    [
      'is at the latest the arrival, whatever the monotonic clock says, and flagged then',
      { scanClock: { run: 'R-1', milliseconds: 1e9 } },
      NO_CLOCK,
      BEGAN,
      NOON.toISOString(),
      ['clamped-scan-time'],
    ],
    [
      'is left as it is by a device 5 minutes ahead',
      {},
      at('2024-11-18T12:05:00.000Z'),
      undefined,
      '2024-11-18T10:00:00Z',
      [],
    ],
    [
      'is flagged of a device more than 5 minutes ahead',
      {},
      at('2024-11-18T12:05:00.001Z'),
      undefined,
      '2024-11-18T10:00:00Z',
      ['device-clock-off'],
    ],
    [
      'is flagged of a device more than 5 minutes behind',
      { scanClock },
      at('2024-11-18T11:54:59.999Z'),
      BEGAN,
      '2024-11-18T11:00:10.000Z',
      ['device-clock-off'],
    ],
  ] as const)('%s', (_what, fields, clock, began, scannedAt, flags) => {
    const scan = { scannedAt: '2024-11-18T10:00:00Z', ...fields };
    expect(scanTimeOf(scan, clock, NOON, began)).toEqual({ scannedAt, flags });
  });

  /** A call at noon by a device whose run began at 10 and that has slept almost ever since. */
  const slept: DeviceClock = { time: NOON.toISOString(), run: 'R-1', milliseconds: 10_000 };

  test.each([
    [
      'is the wall clock’s within the time that the device may have slept',
      '2024-11-18T11:50:00Z',
      '2024-11-18T11:50:00.000Z',
    ],
    ['is at the earliest what the run says', '2001-01-01T00:00:00Z', '2024-11-18T10:00:10.000Z'],
    [
      'is at the latest what the run says if it slept before the scan',
      '2031-01-01T00:00:00Z',
      NOON.toISOString(),
    ],
  ])('%s, and flagged', (_what, scannedAt, expected) => {
    const began = Date.parse('2024-11-18T10:00:00.000Z');
    const scan = { scannedAt, scanClock };
    expect(scanTimeOf(scan, slept, NOON, began)).toEqual({
      scannedAt: expected,
      flags: ['device-clock-off'],
    });
  });

  test('stays in its place in a run whose first call was slow', () => {
    const began = BEGAN + 20_000;
    const call: DeviceClock = { ...NO_CLOCK, run: 'R-1', milliseconds: 3_600_000 };
    const scan = { scannedAt: '2024-11-18T12:00:00Z', scanClock: { run: 'R-1', milliseconds: 3_600_000 } };
    expect(scanTimeOf(scan, call, NOON, began)).toEqual({ scannedAt: '2024-11-18T12:00:20.000Z', flags: [] });
  });

  test('is never more than 30 seconds beyond the arrival, whatever any header and any scan says', () => {
    const reading = fc.double({ min: 0, max: 1e13, noNaN: true });
    const time = fc.date({ min: new Date('1971-01-01'), max: new Date('2400-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(reading, reading, reading, time, fc.boolean(), (first, then, scanned, wallClock, tells) => {
        const began = runBeginning({ ...NO_CLOCK, run: 'R-1', milliseconds: first }, NOON);
        const call = tells ? { ...NO_CLOCK, run: 'R-1', milliseconds: then } : NO_CLOCK;
        const scan = { scannedAt: wallClock.toISOString(), scanClock: { run: 'R-1', milliseconds: scanned } };
        const { scannedAt } = scanTimeOf(scan, call, NOON, began);
        expect(Date.parse(scannedAt) - NOON.getTime()).toBeLessThanOrEqual(30_000);
      }),
    );
  });

  test('keeps the order of a run’s scans, whatever the wall clock did and in whichever calls they come', () => {
    const moment = fc.integer({ min: 0, max: 8 * 3_600_000 });
    const wallClock = fc.date({
      min: new Date('1970-01-01'),
      max: new Date('2040-01-01'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(
        moment,
        moment,
        wallClock,
        wallClock,
        moment,
        moment,
        (one, other, firstWall, secondWall, delay, later) => {
          const [first, second] = [Math.min(one, other), Math.max(one, other)];
          // Each call comes some time after its scan; the first of them tells when the run began.
          const began = runBeginning({ ...NO_CLOCK, run: 'R-1', milliseconds: second + delay }, NOON);
          const scan = (milliseconds: number, wall: Date) => ({
            scannedAt: wall.toISOString(),
            scanClock: { run: 'R-1', milliseconds },
          });
          const arrival = new Date(NOON.getTime() + later);
          const times = [
            scanTimeOf(scan(first, firstWall), NO_CLOCK, arrival, began),
            scanTimeOf(scan(second, secondWall), NO_CLOCK, NOON, began),
          ].map(({ scannedAt }) => Date.parse(scannedAt));
          expect((times[1] ?? 0) - (times[0] ?? 0)).toBe(second - first);
        },
      ),
    );
  });
});

describe('The clock of a device', () => {
  test('is ahead by a positive offset', () => {
    expect(clockOffset(at('2024-11-18T12:00:01.500Z'), NOON)).toBe(1_500);
    expect(clockOffset(at('2024-11-18T11:59:59Z'), NOON)).toBe(-1_000);
    expect(clockOffset(NO_CLOCK, NOON)).toBeUndefined();
  });

  test('tells when its run began only by run and milliseconds together', () => {
    expect(runBeginning({ ...NO_CLOCK, run: 'R-1', milliseconds: 3_600_000 }, NOON)).toBe(BEGAN);
    expect(runBeginning({ ...NO_CLOCK, run: 'R-1' }, NOON)).toBeUndefined();
    expect(runBeginning({ ...NO_CLOCK, milliseconds: 1 }, NOON)).toBeUndefined();
  });

  test('has not run since before the year 2000', () => {
    expect(runBeginning({ ...NO_CLOCK, run: 'R-1', milliseconds: 1e13 }, NOON)).toBeUndefined();
  });
});
