import { describe, expect, test } from 'vitest';
import { simulate } from './simulation.ts';

const SEEDS = ['1', '2', '3', '4'];
const EVENTS = 500;

describe('Under every fault at once, nothing is lost and nothing counted twice', () => {
  test.each(SEEDS)('with seed %s', async (seed) => {
    const { violation, events } = await simulate({ seed, events: EVENTS });
    expect(violation?.message).toBeUndefined();
    expect(events).toBeGreaterThan(EVENTS / 2);
  });

  test('and a seed tells the same story every time', async () => {
    const runs = [await simulate({ seed: '7', events: 500 }), await simulate({ seed: '7', events: 500 })];
    expect(runs[1]).toEqual(runs[0]);
    expect((await simulate({ seed: '8', events: 500 })).trace).not.toBe(runs[0]?.trace);
  });

  test.each(['1', '9'])('and with seed %s the same on the tables of SQLite', async (seed) => {
    const [inMemory, onSqlite] = [
      await simulate({ seed, events: EVENTS, books: 'memory' }),
      await simulate({ seed, events: EVENTS, books: 'sqlite' }),
    ];
    expect(onSqlite).toEqual(inMemory);
  });
});
