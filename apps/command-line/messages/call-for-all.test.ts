import { describe, expect, test } from 'vitest';
import { callForAll } from './call-for-all.ts';
import { readSelection, type Selection } from './selection.ts';

const startedAt = '2024-11-18T11:00:00.000Z';

/** Calls that are answered so, and what they were asked. */
function answering(...answers: readonly { done: number; remaining: number; unknown?: string[] }[]) {
  const asked: Selection[] = [];
  const call = async (selection: Selection) => {
    const answer = answers[asked.push(selection) - 1] ?? { done: 0, remaining: 0 };
    return { unknown: [], startedAt, ...answer };
  };
  return { asked, call };
}

describe('A selection of messages', () => {
  test('of ids is asked for by the thousand, and tells the unknown of the first calls only', async () => {
    const ids = Array.from({ length: 1_500 }, (_unused, index) => `id-${index}`);
    const { asked, call } = answering(
      { done: 900, remaining: 99, unknown: ['id-0'] },
      { done: 99, remaining: 0, unknown: ids.slice(0, 901) },
      { done: 500, remaining: 0 },
    );
    const told: number[] = [];
    const found = await callForAll(call, { ids }, (done) => told.push(done));
    expect(found).toEqual({ done: 1_499, unknown: ['id-0'] });
    expect(asked.map((one) => one.ids?.length)).toEqual([1_000, 1_000, 500]);
    expect(told).toEqual([900, 999, 1_499]);
  });

  test('is given up where a call does nothing, and says how many are done', async () => {
    const { call } = answering({ done: 1, remaining: 4 }, { done: 0, remaining: 4 });
    await expect(callForAll(call, { all: true }, () => {})).rejects.toThrow(
      '1 is done; 4 were not reached in time: try again later',
    );
  });
});

test.each([
  [[], { all: true }, { all: true }],
  [['a', 'b'], { all: false }, { ids: ['a', 'b'] }],
  [[], { all: false, item: 'I-1' }, { itemId: 'I-1' }],
])('%j with %j selects %j', (ids, values, expected) => {
  expect(readSelection(ids, values)).toEqual(expected);
});

test.each([
  [[], { all: false }],
  [['a'], { all: true }],
  [['a'], { all: false, reason: 'invalid-event' }],
  [[], { all: true, state: 'parked' }],
])('%j with %j does not say which', (ids, values) => {
  expect(() => readSelection(ids, values)).toThrow(/^Say which: ids, a filter/);
});
