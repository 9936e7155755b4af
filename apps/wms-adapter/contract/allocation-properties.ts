import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AllocationDecision, AllocationRequest } from '../../../shared/contracts/allocation-messages.ts';
import type { Transaction } from '../../../shared/contracts/transaction.ts';
import type { Database } from '../database.ts';
import {
  allAllocations,
  allPositions,
  decideOn,
  decisionsToSend,
  releaseOf,
  request,
  scan,
} from './fixtures.ts';

/** What holds after any sequence of scans, requests and releases. */
export function describeAllocationProperties(databaseOf: () => Database): void {
  describe('After any sequence of bookings, requests and releases', () => {
    const runs = { numRuns: 60 };

    test('no more is reserved than is on hand, and positions show exactly what is reserved', async () => {
      await fc.assert(
        fc.asyncProperty(sequenceArbitrary, callSizes, async (sequence, callSize) => {
          const item = await newItem(databaseOf());
          for (const call of callsOf(sequence.map(workOn(item)), callSize)) {
            await decideOn(databaseOf(), call);
            const { onHand, shown, open } = await totals(databaseOf(), item);
            expect(open).toBeLessThanOrEqual(onHand);
            expect(shown).toBe(open);
          }
        }),
        runs,
      );
    });

    test('a request gets what is free when its id is new, and changes nothing when it is not', async () => {
      await fc.assert(
        fc.asyncProperty(sequenceArbitrary, async (sequence) => {
          const item = await newItem(databaseOf());
          const seen = new Set<string>();
          for (const work of sequence.map(workOn(item))) {
            const before = await totals(databaseOf(), item);
            const { decisions } = await decideOn(databaseOf(), [work]);
            const after = await totals(databaseOf(), item);
            if (!('kind' in work)) continue;
            const isNew = !seen.has(work.allocationId);
            seen.add(work.allocationId);
            if (work.kind === 'request') {
              const free = before.onHand - before.open;
              const given = Math.min(free, work.quantity);
              const reserved = isNew && given >= work.leastQuantity ? given : 0;
              expect(after.open - before.open).toBe(reserved);
            } else {
              expect(decisions[0]?.status).toBe('released');
            }
          }
        }),
        runs,
      );
    });

    test('the decisions on an allocation are numbered 1, 2, 3 …, each number means one thing, and a release is the last', async () => {
      await fc.assert(
        fc.asyncProperty(sequenceArbitrary, callSizes, async (sequence, callSize) => {
          const item = await newItem(databaseOf());
          for (const call of callsOf(sequence.map(workOn(item)), callSize)) {
            await decideOn(databaseOf(), call);
          }
          const allocations = await allAllocations(databaseOf(), { itemId: item });
          for (const [allocationId, said] of await decisionsOn(databaseOf(), item)) {
            const different = new Map(said.map((decision) => [JSON.stringify(decision), decision]));
            const numbers = [...different.values()].map((decision) => decision.sequence);
            expect(numbers).toEqual(numbers.map((_, index) => index + 1));
            const stands = allocations.find((allocation) => allocation.allocationId === allocationId);
            expect([...different.values()].at(-1)).toEqual(stands?.decision);
            const released = [...different.values()].findIndex(({ status }) => status === 'released');
            expect([-1, numbers.length - 1]).toContain(released);
            for (const { quantity, picked } of said) expect(picked).toBeLessThanOrEqual(quantity);
          }
        }),
        runs,
      );
    });

    test('it is the same whether they were decided one by one or together', async () => {
      await fc.assert(
        fc.asyncProperty(sequenceArbitrary, callSizes, async (sequence, callSize) => {
          const items = [await newItem(databaseOf()), await newItem(databaseOf())] as const;
          const [oneByOne, together] = items.map((item) => sequence.map(workOn(item)));
          for (const work of oneByOne ?? []) await decideOn(databaseOf(), [work]);
          for (const call of callsOf(together ?? [], callSize)) await decideOn(databaseOf(), call);
          const [first, second] = await Promise.all(items.map((item) => said(databaseOf(), item)));
          expect(second).toEqual(first);
        }),
        runs,
      );
    });
  });
}

type Work = Transaction | AllocationRequest;

const time = fc.integer({ min: 10, max: 59 }).map((second) => `2024-11-18T10:00:${second}Z`);
const pieces = fc.integer({ min: 1, max: 12 });
const locationId = fc.constantFrom('A-05-02', 'B-01');
/** Few, so that they come again, and before and after their releases. */
const number = fc.integer({ min: 1, max: 6 });

const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('receipt' as const),
      quantity: fc.integer({ min: 5, max: 30 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('pick' as const),
      quantity: pieces,
      named: fc.option(number),
      order: fc.option(fc.integer({ min: 0, max: 2 })),
      closesAllocation: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('count' as const), quantity: fc.nat(15) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('adjustment' as const),
      quantity: fc.oneof(pieces, fc.integer({ min: -12, max: -1 })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('transfer' as const), quantity: pieces }) },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('request' as const),
      number,
      quantity: pieces,
      least: fc.integer({ min: 1, max: 4 }),
      priority: fc.integer({ min: 0, max: 2 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('release' as const), number }) },
);

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const sequenceArbitrary = fc.array(fc.tuple(step, time, locationId), { maxLength: 30, size: 'max' });
const callSizes = fc.integer({ min: 2, max: 30 });

/** The same step on an item of its own; everything that names it is its own too. */
function workOn(itemId: string) {
  return ([did, at, location]: [Step, string, string], index: number): Work => {
    const orderId = (order: number) => `${itemId}-${order}`;
    const asked = (id: number) => {
      const order = orderId(id % 3);
      return request({ itemId, orderId: order, allocationId: `${order}:1:${id}`, orderedAt: at });
    };
    switch (did.type) {
      case 'request': {
        const { quantity, priority } = did;
        const leastQuantity = Math.min(did.least, quantity);
        return { ...asked(did.number), quantity, leastQuantity, priority };
      }
      case 'release':
        return releaseOf(asked(did.number));
      case 'pick': {
        const { type, quantity, named, order, closesAllocation } = did;
        const allocation = named === null ? {} : { allocationId: asked(named).allocationId };
        const of = order === null ? {} : { orderId: orderId(order) };
        const fields = { type, quantity, closesAllocation, ...allocation, ...of };
        return scanOf({ ...fields, itemId, locationId: location, scannedAt: at }, index);
      }
      default: {
        const toLocationId = location === 'B-01' ? 'A-05-02' : 'B-01';
        return scanOf({ ...did, itemId, locationId: location, toLocationId, scannedAt: at }, index);
      }
    }
  };
}

/** Numbered, so that the order of scans does not hang on their UUIDs. */
function scanOf(fields: Partial<Transaction>, index: number): Transaction {
  return scan({ ...fields, sequence: index });
}

function callsOf(work: readonly Work[], size: number): Work[][] {
  return Array.from({ length: Math.ceil(work.length / size) }, (_, index) =>
    work.slice(index * size, (index + 1) * size),
  );
}

async function newItem(database: Database): Promise<string> {
  const itemId = `ITEM-${randomUUID()}`;
  await database.putItems([{ itemId }]);
  return itemId;
}

async function totals(database: Database, itemId: string) {
  const positions = await allPositions(database, { itemId });
  const allocations = await allAllocations(database, { itemId });
  return {
    onHand: sum(positions.map(({ onHand }) => onHand)),
    shown: sum(positions.map(({ reserved }) => reserved)),
    open: sum(allocations.map(({ reserved, picked }) => reserved - picked)),
  };
}

/** Every decision in the order in which it is sent, by allocation. */
async function decisionsOn(database: Database, itemId: string): Promise<Map<string, AllocationDecision[]>> {
  const decisions = (await decisionsToSend(database)).filter((decision) => decision.itemId === itemId);
  return Map.groupBy(decisions, ({ allocationId }) => allocationId);
}

/** All that was said about the item, without its name. */
async function said(database: Database, itemId: string): Promise<string> {
  const state = [
    await allAllocations(database, { itemId }),
    (await decisionsToSend(database)).filter((decision) => decision.itemId === itemId),
    await allPositions(database, { itemId }),
  ];
  return JSON.stringify(state).replaceAll(itemId, 'ITEM');
}

function sum(figures: readonly number[]): number {
  return figures.reduce((total, figure) => total + figure, 0);
}
