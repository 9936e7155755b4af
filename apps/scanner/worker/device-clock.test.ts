import { expect, test } from 'vitest';
import { browserClock } from './device-clock.ts';

/** Two clocks that a test sets, and runs named 1, 2, … */
function clocks() {
  const now = { wall: 1_000_000, monotonic: 500 };
  let runs = 0;
  const clock = browserClock({
    wall: () => now.wall,
    monotonic: () => now.monotonic,
    name: () => String(++runs),
  });
  return {
    clock,
    /** Time goes by for both clocks, or for one of them only. */
    pass(wall: number, monotonic = wall) {
      now.wall += wall;
      now.monotonic += monotonic;
    },
  };
}

test('one run counts its milliseconds from 0', () => {
  const { clock, pass } = clocks();
  expect(clock.read()).toEqual({ wall: 1_000_000, run: '1', milliseconds: 0 });
  pass(90_000);
  expect(clock.read()).toEqual({ wall: 1_090_000, run: '1', milliseconds: 90_000 });
});

test('a drift of up to five seconds stays in the run', () => {
  const { clock, pass } = clocks();
  pass(60_000, 55_000);
  expect(clock.read()).toEqual({ wall: 1_060_000, run: '1', milliseconds: 55_000 });
});

test.each([
  ['the device slept', 600_000, 1_000],
  ['the clock was set two days back', -172_800_000, 1_000],
  ['the clock was set an hour ahead', 3_600_000, 1_000],
])('a new run begins when %s', (_, wall, monotonic) => {
  const { clock, pass } = clocks();
  pass(wall, monotonic);
  expect(clock.read()).toEqual({ wall: 1_000_000 + wall, run: '2', milliseconds: 0 });
  pass(10_000);
  expect(clock.read()).toMatchObject({ run: '2', milliseconds: 10_000 });
});

test('many short naps count like a long one', () => {
  const { clock, pass } = clocks();
  const runs = [1, 2, 3, 4].map(() => {
    pass(2_000, 100);
    return clock.read().run;
  });
  expect(runs).toEqual(['1', '1', '2', '2']);
});
