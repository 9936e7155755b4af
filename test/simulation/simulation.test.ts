import { expect, test } from 'vitest';
import { simulate } from './simulation.ts';

const EVENTS = 400;
/** A machine that has much else to do takes long. */
const TIMEOUT_MS = 180_000;

test('A seed tells the same story every time, and another seed another', {
  timeout: TIMEOUT_MS,
}, async () => {
  const runs = [await simulate({ seed: '7', events: EVENTS }), await simulate({ seed: '7', events: EVENTS })];
  expect(runs[1]).toEqual(runs[0]);
  expect(runs[0]?.events).toBeGreaterThan(EVENTS / 2);
  expect((await simulate({ seed: '8', events: EVENTS })).trace).not.toBe(runs[0]?.trace);
});

test.each(['sound', 'damaged', 'restored'] as const)(
  'A run that is %s is the same on the tables of SQLite',
  { timeout: TIMEOUT_MS },
  async (story) => {
    const options = { seed: '7', events: EVENTS, story };
    const inMemory = await simulate({ ...options, books: 'memory' });
    const onSqlite = await simulate({ ...options, books: 'sqlite' });
    expect(onSqlite).toEqual(inMemory);
    expect(inMemory.violation?.message).toBeUndefined();
  },
);
