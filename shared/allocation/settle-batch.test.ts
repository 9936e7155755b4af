import { beforeEach, describe, expect, test } from 'vitest';
import { someMessage } from '../../test/doubles/fixtures.ts';
import { type InMemoryQuarantine, inMemoryQuarantine } from '../../test/doubles/quarantine-store.ts';
import { type VirtualRuntime, virtualRuntime } from '../../test/doubles/virtual-runtime.ts';
import type { AllocationDecision } from '../contracts/allocation-messages.ts';
import { heldLine, someAllocation, someDecision, someFigures } from '../domain/example-lines.ts';
import { lineFigures, lineKey, type OrderLine } from '../domain/order-line.ts';
import type { StockFigures } from '../domain/stock.ts';
import type { Orchestrations } from '../ports/orchestrations.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';
import { settleBatch } from './settle-batch.ts';
import type { UpdateLine } from './update-lines.ts';

let lines: Map<string, OrderLine>;
/** How often from now on an update of this order's lines is refused. */
let refusals: Map<string, number>;
/** Reads of this order's lines from now on that come too early to see them. */
let unseen: Map<string, number>;
let stocks: StockFigures[];
let raised: string[];
let started: string[];
let told: string[];
let runtime: VirtualRuntime;
let quarantine: InMemoryQuarantine;

beforeEach(() => {
  lines = new Map();
  refusals = new Map();
  unseen = new Map();
  stocks = [someFigures('WH-001', 10)];
  raised = [];
  started = [];
  told = [];
  runtime = virtualRuntime();
  quarantine = inMemoryQuarantine();
});

const updateLine: UpdateLine = async ({ key, change }) => {
  const left = refusals.get(key.orderId) ?? 0;
  refusals.set(key.orderId, left - 1);
  if (left > 0) throw new StoreUnavailable('away');
  const toCome = unseen.get(key.orderId) ?? 0;
  unseen.set(key.orderId, toCome - 1);
  const before = toCome > 0 ? undefined : lines.get(lineKey(key));
  const line = change(before);
  if (line) lines.set(lineKey(line), line);
  return { line, changed: line !== before };
};

function stored(): OrderLine {
  const line = heldLine(10);
  lines.set(lineKey(line), line);
  return line;
}

function figuresOf(line: OrderLine) {
  const now = lines.get(lineKey(line));
  return now && lineFigures(now);
}

function settleAll(bodies: readonly (AllocationDecision | string)[]) {
  const messages = bodies.map((body) =>
    someMessage({
      subscription: 'allocation',
      body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    }),
  );
  const orchestrations: Orchestrations = {
    start: async ({ instanceId }) => void started.push(instanceId),
    raise: async (instanceId) => void raised.push(instanceId),
  };
  const onSettled = ({ allocationId, status }: AllocationDecision) => told.push(`${allocationId} ${status}`);
  const store = {
    readItem: async (itemId: string) => ({ itemId, stocks, watch: { on: false, etag: null } }),
  };
  return settleBatch(messages, { updateLine, store, orchestrations, runtime, quarantine, onSettled });
}

describe('A batch of decisions', () => {
  test('settles each on its own line', async () => {
    const [one, two] = [stored(), stored()];
    const report = await settleAll([
      someDecision(one),
      someDecision(two, { status: 'rejected', quantity: 0 }),
    ]);
    expect(report).toEqual({ received: 2, settled: 2, parked: 0 });
    expect([figuresOf(one)?.confirmed, figuresOf(two)?.open]).toEqual([10, 10]);
    expect(raised).toEqual([`${one.orderId}:1:1`, `${two.orderId}:1:1`]);
  });

  test('parks what is no decision, or is about an allocation that no line knows, and settles the others', async () => {
    const line = stored();
    const unknown = someDecision(heldLine());
    const report = await settleAll(['{}', someDecision(line), unknown, 'no JSON']);
    expect(report).toEqual({ received: 4, settled: 1, parked: 3 });
    expect(quarantine.parked().map(({ refusal }) => refusal.reason)).toEqual([
      'invalid-decision',
      'not-json',
      'unknown-allocation',
    ]);
    expect(quarantine.parked().at(-1)?.refusal.detail).toContain(unknown.allocationId);
    expect(figuresOf(line)?.confirmed).toBe(10);
  });

  test.each(['confirmed', 'released'] as const)(
    'parks what a warehouse decided (%s) that was not asked and has no stock of the item, and settles the others',
    async (status) => {
      const [line, other] = [stored(), stored()];
      const elsewhere = someDecision(line, { status, warehouseId: 'WH-007' });
      const report = await settleAll([elsewhere, someDecision(other)]);
      expect(report).toEqual({ received: 2, settled: 1, parked: 1 });
      expect(quarantine.parked()).toMatchObject([{ refusal: { reason: 'decided-elsewhere' } }]);
      expect(quarantine.parked()[0]?.refusal.detail).toContain('was not asked of warehouse WH-007');
      expect([figuresOf(line)?.held, figuresOf(other)?.confirmed]).toEqual([10, 10]);
      expect(raised).toEqual([`${other.orderId}:1:1`]);
    },
  );

  test('settles where the warehouse is that decided, of a line that was placed anew elsewhere', async () => {
    const line = stored();
    stocks = [someFigures('WH-002', 10)];
    await settleAll([someDecision(line, { warehouseId: 'WH-002' })]);
    expect(lines.get(lineKey(line))?.allocations).toMatchObject([
      { warehouseId: 'WH-002', state: 'decided' },
    ]);
  });

  test('tells of each decision once, however often it comes', async () => {
    const line = stored();
    const rejected = someDecision(line, { status: 'rejected', quantity: 0 });
    await settleAll([rejected, rejected]);
    await settleAll([rejected]);
    expect(told).toEqual([`${rejected.allocationId} rejected`]);
  });

  test('waits for a store that does not answer, and asks again only for what it did not take', async () => {
    const [one, two] = [stored(), stored()];
    refusals.set(one.orderId, 3);
    await settleAll([someDecision(one), someDecision(two)]);
    expect([figuresOf(one)?.confirmed, figuresOf(two)?.confirmed]).toEqual([10, 10]);
    expect(raised).toEqual([`${two.orderId}:1:1`, `${one.orderId}:1:1`]);
    expect(runtime.slept).toHaveLength(3);
  });

  test('looks again for a line that another process has just written and this one does not see yet', async () => {
    const [line, other] = [stored(), stored()];
    unseen.set(line.orderId, 2);
    const report = await settleAll([someDecision(line), someDecision(other)]);
    expect(report).toEqual({ received: 2, settled: 2, parked: 0 });
    expect(figuresOf(line)?.confirmed).toBe(10);
    expect(raised).toEqual([`${other.orderId}:1:1`, `${line.orderId}:1:1`]);
  });

  test('looks again for the line of a release, and counts one as settled that no line waits for', async () => {
    const [line, gone] = [stored(), heldLine()];
    const asked = { state: 'releasing' } as const;
    lines.set(lineKey(line), {
      ...line,
      ended: 'cancelled',
      allocations: line.allocations.map((allocation) => ({ ...allocation, ...asked })),
    });
    unseen.set(line.orderId, 2);
    const released = { status: 'released', quantity: 0 } as const;
    const report = await settleAll([someDecision(line, released), someDecision(gone, released)]);
    expect(report).toEqual({ received: 2, settled: 2, parked: 0 });
    expect(figuresOf(line)).toMatchObject({ releasing: 0, released: 10 });
  });

  test('is given back to the bus when the store stays away; what is settled stays so', async () => {
    const [one, two] = [stored(), stored()];
    refusals.set(one.orderId, 100);
    await expect(settleAll([someDecision(one), someDecision(two)])).rejects.toBeInstanceOf(StoreUnavailable);
    expect(figuresOf(two)?.confirmed).toBe(10);
    expect(runtime.slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(30_000);
  });

  test('is given back to the bus when what is to be parked cannot be', async () => {
    quarantine.away = true;
    await expect(settleAll(['{}'])).rejects.toThrow('parking failed');
  });

  test('wakes the release as well when the line has ended', async () => {
    const line = stored();
    lines.set(lineKey(line), {
      ...line,
      ended: 'cancelled',
      allocations: line.allocations.map((each) => ({ ...each, state: 'releasing' as const })),
    });
    await settleAll([someDecision(line, { status: 'released', quantity: 0 })]);
    expect(raised).toEqual([`${line.orderId}:1:1`, `${line.orderId}:1:release`]);
    expect(started).toEqual([]);
  });

  test('drives a line whose pieces are open and for which nobody waits any more', async () => {
    const line = stored();
    await settleAll([someDecision(line)]);
    expect(started).toEqual([]);
    await settleAll([
      someDecision(line, { sequence: 2, status: 'reduced', quantity: 9, reason: 'stock-fell-short' }),
    ]);
    expect(started).toEqual([`${line.orderId}:1:2`]);
  });

  test('drives a line that is to give back what is promised too much', async () => {
    const line = heldLine(10);
    const more = someAllocation(line, 2, { warehouseId: 'WH-002', quantity: 4 });
    lines.set(lineKey(line), { ...line, allocations: [...line.allocations, more] });
    await settleAll([someDecision(line)]);
    expect(started).toEqual([`${line.orderId}:1:2`]);
  });
});
