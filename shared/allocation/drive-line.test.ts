import { beforeEach, describe, expect, test } from 'vitest';
import { virtualRuntime } from '../../test/doubles/virtual-runtime.ts';
import type { AllocationRequest } from '../contracts/allocation-messages.ts';
import { at, heldLine, someAllocation, someDecision, TEN_OCLOCK } from '../domain/example-lines.ts';
import type { OrderLine } from '../domain/order-line.ts';
import { endLine, settleDecision } from '../domain/settlement.ts';
import { askAgain, type DrivePorts, placeAndAsk } from './drive-line.ts';
import type { PlaceTask } from './place-lines.ts';

let line: OrderLine;
let tasks: PlaceTask[];
let sent: { asks: readonly AllocationRequest[]; attempt: number }[];

beforeEach(() => {
  line = heldLine(10, { leastQuantity: 4, priority: 7 });
  tasks = [];
  sent = [];
});

const ports: DrivePorts = {
  store: {
    readLines: async (keys) =>
      keys.map(({ orderId }) => (orderId === line.orderId ? { line, etag: '"1"' } : undefined)),
    readItem: refuse,
    readLinesOfItem: refuse,
    readUnsettled: refuse,
    readWaiting: refuse,
    commit: refuse,
  },
  orders: { read: async () => undefined, create: refuse, replace: refuse },
  placeLine: async (task) => {
    tasks.push(task);
    return { line: task.key.orderId === line.orderId ? line : undefined };
  },
  requests: { send: async (asks, attempt) => void sent.push({ asks, attempt }) },
  runtime: virtualRuntime({ start: TEN_OCLOCK }),
};

async function refuse(): Promise<never> {
  throw new Error('Not asked for here.');
}

function inputOf(run: number | 'release') {
  const { orderId, lineId, itemId } = line;
  return { orderId, lineId, itemId, run };
}

/** Places and asks as a run does it, and answers what was sent. */
async function asksOf(run: number | 'release') {
  sent = [];
  const { allocationIds } = await placeAndAsk(inputOf(run), ports);
  const asks = sent.flatMap((sending) => sending.asks);
  expect(asks.map(({ allocationId }) => allocationId)).toEqual(allocationIds);
  return asks;
}

describe('What the warehouses are asked', () => {
  test('is for what they hold, with order time, priority and the least quantity that is of use', async () => {
    const { orderId, itemId } = line;
    expect(await asksOf(1)).toEqual([
      {
        kind: 'request',
        allocationId: `${orderId}:1:1`,
        orderId,
        lineId: '1',
        itemId,
        warehouseId: 'WH-001',
        quantity: 10,
        leastQuantity: 4,
        orderedAt: at(),
        priority: 7,
      },
    ]);
  });

  test('is never for a least quantity above what is held there', async () => {
    line = { ...line, allocations: line.allocations.map((held) => ({ ...held, quantity: 3 })) };
    expect(await asksOf(1)).toMatchObject([{ quantity: 3, leastQuantity: 3 }]);
  });

  test('is what this run holds and no other', async () => {
    line = { ...line, allocations: [...line.allocations, someAllocation(line, 2, { run: 2 })] };
    expect(await asksOf(2)).toMatchObject([{ allocationId: `${line.orderId}:1:2` }]);
  });

  test('is nothing once all have answered', async () => {
    line = settleDecision(line, someDecision(line), at());
    expect(await asksOf(1)).toEqual([]);
    expect(sent).toEqual([]);
  });

  test('is nothing of a cart', async () => {
    line = {
      ...line,
      kind: 'hold-line',
      allocations: line.allocations.map((held) => ({ ...held, asked: false })),
    };
    expect(await asksOf(1)).toEqual([]);
  });

  test('is the release once the line is cancelled, by the run that asked and by the release alike', async () => {
    line = endLine(line, 'cancelled', at());
    const release = [{ kind: 'release', allocationId: `${line.orderId}:1:1`, warehouseId: 'WH-001' }];
    expect(await asksOf(1)).toMatchObject(release);
    expect(await asksOf('release')).toMatchObject(release);
  });

  test('is the same again when the activity is repeated', async () => {
    expect(await asksOf(1)).toEqual(await asksOf(1));
  });
});

describe('Without an answer', () => {
  test('the same allocation ids are asked for again, and the hold stays', async () => {
    const before = line;
    const asks = await asksOf(1);
    expect(await askAgain(inputOf(1), 3, ports)).toEqual([`${line.orderId}:1:1`]);
    expect(sent).toEqual([
      { asks, attempt: 0 },
      { asks, attempt: 3 },
    ]);
    expect(line).toBe(before);
  });

  test('a release is asked for in place of what was cancelled meanwhile', async () => {
    await placeAndAsk(inputOf(1), ports);
    line = endLine(line, 'cancelled', at());
    await askAgain(inputOf(1), 1, ports);
    expect(sent[1]?.asks.map(({ kind }) => kind)).toEqual(['release']);
  });

  test('nothing is asked for that was answered meanwhile', async () => {
    line = settleDecision(line, someDecision(line), at());
    expect(await askAgain(inputOf(1), 1, ports)).toEqual([]);
  });
});

describe('A line that waits because of a count', () => {
  const underCount = { status: 'rejected', quantity: 0, reason: 'under-count', retryAt: at(60_000) } as const;

  test('is looked at again when the lock ends', async () => {
    line = { ...settleDecision(line, someDecision(line, underCount), at()), backordered: 10 };
    expect(await placeAndAsk(inputOf(1), ports)).toEqual({ allocationIds: [], retryAt: at(59_000) });
  });

  test('is not when it has found another source, nor when the lock has ended', async () => {
    line = settleDecision(line, someDecision(line, underCount), at());
    expect(await placeAndAsk(inputOf(1), ports)).toEqual({ allocationIds: [] });
    const ended = someDecision(line, { ...underCount, sequence: 2, retryAt: at(-60_000) });
    line = { ...settleDecision(line, ended, at(-60_000)), backordered: 10 };
    expect(await placeAndAsk(inputOf(1), ports)).toEqual({ allocationIds: [] });
  });
});

test('A line that is not there is placed by nobody', async () => {
  const input = { orderId: 'ORD-unknown', lineId: '1', itemId: 'ITEM-1', run: 1 };
  expect(await placeAndAsk(input, ports)).toEqual({ allocationIds: [] });
  expect(tasks).toEqual([{ key: { kind: 'order-line', ...input }, run: 1 }]);
});
