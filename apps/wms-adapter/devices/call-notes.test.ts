import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createCallNotes } from './call-notes.ts';

const start = Date.parse('2024-11-18T10:00:00Z');
const MINUTES = 60_000;

/** The calls that were noted, of those made after so many milliseconds, each with the offset that the device told. */
function noted(calls: readonly [after: number, offset: number | undefined][]): number[] {
  const written: number[] = [];
  const noteCall = async (_scannerId: string, at: Date) => {
    written.push(at.getTime() - start);
  };
  const note = createCallNotes({ noteCall });
  for (const [after, offset] of calls) note('SCANNER-08', new Date(start + after), offset);
  return written;
}

test.each([
  [
    'the first, and once a minute',
    [
      [0, 0],
      [1, 0],
      [59_999, 0],
      [60_000, 0],
      [60_001, 0],
    ],
    [0, 60_000],
  ],
  [
    'when the clock goes off by more than 5 minutes',
    [
      [0, 0],
      [1, 5 * MINUTES],
      [2, 5 * MINUTES + 1],
      [3, 9 * MINUTES],
    ],
    [0, 2],
  ],
  [
    'when the clock is right again',
    [
      [0, -6 * MINUTES],
      [1, -6 * MINUTES],
      [2, 0],
    ],
    [0, 2],
  ],
  [
    'not because a call does not tell the time',
    [
      [0, 6 * MINUTES],
      [1, undefined],
      [2, 6 * MINUTES],
    ],
    [0],
  ],
] as const)('Of the calls of a device are noted: %s', (_what, calls, expected) => {
  expect(noted(calls.map(([after, offset]) => [after, offset]))).toEqual(expected);
});

test('Each device is noted by itself', () => {
  const written: string[] = [];
  const note = createCallNotes({ noteCall: async (scannerId) => void written.push(scannerId) });
  for (const scannerId of ['A', 'B', 'A']) note(scannerId, new Date(start), 0);
  expect(written).toEqual(['A', 'B']);
});

test('After a note that fails no other is tried for 5 seconds, and then it is tried again', async () => {
  let tries = 0;
  const noteCall = async () => {
    tries += 1;
    if (tries === 1) throw new Error('disk full');
  };
  const note = createCallNotes({ noteCall });
  note('SCANNER-08', new Date(start), 0);
  // The note's failure is handled before the next turn of the event loop.
  await setImmediate();
  note('SCANNER-08', new Date(start + 4_999), 0);
  note('SCANNER-09', new Date(start + 4_999), 0);
  expect(tries).toBe(1);
  note('SCANNER-08', new Date(start + 5_000), 0);
  expect(tries).toBe(2);
});
