import { describe, expect, test } from 'vitest';
import { DAMAGE_KINDS, FAULT_KINDS } from './faults.ts';
import { simulate } from './simulation.ts';

const SEEDS = ['1', '2', '3', '4'];
const EVENTS = 500;

/** Nothing is damaged by these. */
const HARMLESS = FAULT_KINDS.filter((kind) => kind !== 'restore' && !DAMAGE_KINDS.has(kind));
const SEEDS_TO_MEET = 40;
const RARE = [
  'decisions after the time-out',
  'decisions that came again',
  'lines confirmed, then rejected',
  'lines rejected, then confirmed',
  'counts left behind',
  'counts that outlast their lock',
  'locks taken over',
  'carts extended',
  'carts left behind',
  'carts ordered twice',
  'carts ordered too late',
  'carts that became orders',
  'thresholds told of',
  'safety stock set',
  'receipts announced',
];

describe('Under every fault at once, nothing is lost and nothing counted twice', () => {
  test.each(SEEDS)('with seed %s', async (seed) => {
    const { violation, events } = await simulate({ seed, events: EVENTS });
    expect(violation?.message).toBeUndefined();
    expect(events).toBeGreaterThan(EVENTS / 2);
  });

  test(`while within ${SEEDS_TO_MEET} seeds it meets what is rare`, async () => {
    const unmet = new Set(RARE);
    for (let seed = 1; unmet.size > 0 && seed <= SEEDS_TO_MEET; seed += 1) {
      const { violation, unusual } = await simulate({ seed: String(seed), events: 800, faults: HARMLESS });
      expect(violation?.message).toBeUndefined();
      for (const what of Object.keys(unusual)) unmet.delete(what);
    }
    expect([...unmet]).toEqual([]);
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
