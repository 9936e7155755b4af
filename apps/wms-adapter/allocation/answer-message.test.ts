import { describe, expect, test } from 'vitest';
import type { AllocationOrder } from '../booking/decide.ts';
import { DatabaseUnavailableError, OverloadedError } from '../booking/group-commit.ts';
import { request } from '../contract/fixtures.ts';
import { answerMessage } from './answer-message.ts';

/** A group commit that fails by each of these, one after the other, before it works. */
function setUp(...failures: Error[]) {
  const orders: AllocationOrder[] = [];
  const lines: string[] = [];
  const stopping = new AbortController();
  const options = {
    groupCommit: {
      decide: async (asked: readonly AllocationOrder[]) => {
        orders.push(...asked);
        const failure = failures.shift();
        if (failure) throw failure;
        return [];
      },
    },
    random: () => 0,
    log: (line: string) => lines.push(line),
    stopping: stopping.signal,
  };
  return { orders, lines, stopping, answer: (body: unknown) => answerMessage({ body }, 'WH-001', options) };
}

describe('A message of the allocation requests', () => {
  test('is completed once its decision is durable, however often the database does not take it before', async () => {
    const away = [new DatabaseUnavailableError('disk full'), new OverloadedError('too many wait')];
    const { orders, lines, answer } = setUp(...away);
    const asked = request();
    expect(await answer(asked)).toEqual({ kind: 'complete' });
    expect(orders.map(({ allocation }) => allocation)).toEqual([asked, asked, asked]);
    expect(lines).toEqual([]);
  });

  test('is left to its lock when the adapter stops before', async () => {
    const { stopping, answer } = setUp(
      ...Array.from({ length: 100 }, () => new DatabaseUnavailableError('x')),
    );
    const answered = answer(request());
    stopping.abort();
    expect(await answered).toEqual({ kind: 'leave' });
  });

  test('is given back when deciding it fails by a fault of ours, which is logged', async () => {
    const { lines, answer } = setUp(new TypeError('a fault of the adapter'));
    expect(await answer(request({ orderId: 'ORDER-1' }))).toEqual({ kind: 'abandon' });
    expect(lines).toEqual([expect.stringContaining('ORDER-1:1:1 cannot be decided: TypeError: a fault')]);
  });

  test.each([
    ['is no JSON object', 'text', 'invalid-request', 'body: '],
    ['lacks a field', { ...request(), orderedAt: undefined }, 'invalid-request', '/orderedAt: '],
    ['needs more than it wants', { ...request(), leastQuantity: 2 }, 'invalid-request', '(given: 2)'],
    ['is for another warehouse', request({ warehouseId: 'WH-002' }), 'other-warehouse', 'WH-002'],
  ])('that %s is dead-lettered, saying why', async (_what, body, reason, part) => {
    const { orders, answer } = setUp();
    const description = expect.stringContaining(part);
    expect(await answer(body)).toEqual({ kind: 'dead-letter', reason, description });
    expect(orders).toEqual([]);
  });
});
