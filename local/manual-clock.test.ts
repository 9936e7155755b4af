import { expect, test } from 'vitest';
import { ManualClock } from './manual-clock.ts';

const START = '2026-11-22T06:00:00.000Z';

/** A clock, and the times at which its timers were called, counted from its start. */
function started() {
  const clock = new ManualClock(START);
  const called: [name: string, at: number][] = [];
  const set = (name: string, ms: number, then = () => {}) =>
    clock.schedule(() => {
      called.push([name, clock.now() - Date.parse(START)]);
      then();
    }, ms);
  return { clock, called, set };
}

test('timers are called in their order, each at its time, also those that are set on the way', () => {
  const { clock, called, set } = started();
  set('late', 30);
  set('first', 10, () => set('between', 5));
  set('beyond', 41);
  clock.advance(40);
  expect(called).toEqual([
    ['first', 10],
    ['between', 15],
    ['late', 30],
  ]);
  expect(clock.now()).toBe(Date.parse(START) + 40);
  expect(clock.pending()).toBe(1);
});

test('a timer that is called off is not called', () => {
  const { clock, called, set } = started();
  const cancel = set('never', 10);
  cancel();
  clock.advance(10);
  expect(called).toEqual([]);
});

test('a step goes to the next timer, and nowhere when none is set', () => {
  const { clock, called, set } = started();
  set('only', 10);
  expect([clock.step(), clock.step()]).toEqual([true, false]);
  expect(called).toEqual([['only', 10]]);
});
