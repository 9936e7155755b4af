import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { InventoryEvent } from '../../../shared/contracts/inventory-event.ts';
import { backoffDelay } from './backoff.ts';
import type { OutboxClaim, OutboxEntry } from './outbox.ts';
import type { PublishReport } from './publisher.ts';
import { createRelay, type Relay } from './relay.ts';

/** An outbox in memory, and a bus whose answers the test gives. */
function setUp(options: { pageSize?: number; sweepMs?: number; claimMs?: number } = {}) {
  const outbox = new Map<number, OutboxEntry>();
  const parked = new Map<number, string>();
  const onBus: number[] = [];
  const log: string[] = [];
  const claims: OutboxClaim[] = [];
  const released: string[] = [];
  const attempts: number[] = [];
  let answer = (entries: readonly OutboxEntry[]): PublishReport => ({
    sent: sequencesOf(entries),
    refused: [],
  });
  let closed = 0;
  let last = 0;
  const relay = createRelay({
    relayId: 'RELAY-A',
    database: {
      claim: async (claim) => {
        claims.push(claim);
        return [...outbox.values()].slice(0, claim.limit);
      },
      markSent: async (sequences) => sequences.filter((sequence) => outbox.delete(sequence)).length,
      release: async (relayId) => {
        released.push(relayId);
      },
      park: async (sequence, reason) => {
        outbox.delete(sequence);
        parked.set(sequence, reason);
      },
      backlog: async () => ({ unsent: outbox.size, parked: parked.size, parkedExamples: [] }),
    },
    publisher: {
      async publish(entries) {
        attempts.push(entries.length);
        const report = answer(entries);
        onBus.push(...report.sent);
        return report;
      },
      close: async () => {
        closed += 1;
      },
    },
    now: () => new Date(),
    random: () => 0,
    log: (line) => log.push(line),
    ...options,
  });
  relay.start();
  const write = (count: number) => {
    for (let i = 0; i < count; i += 1) {
      last += 1;
      outbox.set(last, {
        sequence: last,
        kind: 'event',
        event: {} as InventoryEvent,
        trace: { traceparent: '' },
      });
    }
    relay.wake();
  };
  const answerWith = (next: typeof answer) => {
    answer = next;
  };
  return {
    relay,
    write,
    answerWith,
    outbox,
    parked,
    onBus,
    log,
    claims,
    released,
    attempts,
    closed: () => closed,
  };
}

const away = (): PublishReport => ({ sent: [], refused: [], failure: 'ECONNREFUSED' });

describe('The relay', () => {
  let relay: Relay | undefined;
  afterEach(async () => {
    vi.useRealTimers();
    await relay?.stop(0);
  });

  test('sends what a commit wrote, in commit order, when it is woken', async () => {
    const t = setUp({ pageSize: 2 });
    relay = t.relay;
    t.write(5);
    await vi.waitUntil(() => t.outbox.size === 0);
    expect(t.onBus).toEqual([1, 2, 3, 4, 5]);
    expect(Math.max(...t.attempts)).toBe(2);
    expect(t.relay.bus().state).toBe('connected');
  });

  test('sleeps while there is nothing to send, but for a slow sweep', async () => {
    vi.useFakeTimers();
    const t = setUp({ sweepMs: 30_000 });
    relay = t.relay;
    await vi.advanceTimersByTimeAsync(29_999);
    expect(t.attempts).toEqual([0]);
    await vi.advanceTimersByTimeAsync(2);
    expect(t.attempts).toEqual([0, 0]);
    vi.useRealTimers();
  });

  test('survives a dead bus for days: tries every 5 s at most, logs the change only, loses nothing', async () => {
    vi.useFakeTimers();
    const t = setUp({ pageSize: 10 });
    relay = t.relay;
    t.answerWith(away);
    t.write(100);
    await vi.advanceTimersByTimeAsync(48 * 3_600_000);
    expect(t.attempts.length).toBeLessThan((48 * 3_600) / 2.5 + 10);
    expect(t.log).toEqual(['Service Bus is away, messages wait in the outbox: ECONNREFUSED']);
    expect(t.relay.bus()).toMatchObject({ state: 'away', reason: 'ECONNREFUSED' });
    // So that a relay that reaches the bus can have them.
    expect(t.released).toHaveLength(t.attempts.length);
    t.answerWith((entries) => ({ sent: sequencesOf(entries), refused: [] }));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(t.onBus).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
    expect(t.log).toHaveLength(2);
    expect(t.log[1]).toMatch(/^Service Bus is back after 1728\d\d s; 90 messages left to send$/);
    expect(t.relay.bus()).not.toHaveProperty('reason');
    vi.useRealTimers();
  });

  test('a commit does not cut the wait for a dead bus short', async () => {
    vi.useFakeTimers();
    const t = setUp();
    relay = t.relay;
    t.answerWith(away);
    await vi.advanceTimersByTimeAsync(20_000);
    const attempts = t.attempts.length;
    t.write(1);
    t.write(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(t.attempts.length - attempts).toBeLessThanOrEqual(1);
    vi.useRealTimers();
  });

  test('parks what the bus will never take and goes on with the rest', async () => {
    const t = setUp();
    relay = t.relay;
    t.answerWith((entries) => ({
      sent: sequencesOf(entries).filter((sequence) => sequence !== 2),
      refused: entries.some((entry) => entry.sequence === 2) ? [{ sequence: 2, reason: 'too large' }] : [],
    }));
    t.write(3);
    await vi.waitUntil(() => t.outbox.size === 0);
    expect(t.onBus).toEqual([1, 3]);
    expect(t.parked).toEqual(new Map([[2, 'too large']]));
  });

  test('sends again only what was not acknowledged when a page failed in part', async () => {
    const t = setUp();
    relay = t.relay;
    let calls = 0;
    t.answerWith((entries) => {
      calls += 1;
      return calls > 1 || entries.length === 0
        ? { sent: sequencesOf(entries), refused: [] }
        : { sent: [2], refused: [], failure: 'connection lost' };
    });
    t.write(3);
    await vi.waitUntil(() => t.outbox.size === 0);
    expect(t.onBus.toSorted()).toEqual([1, 2, 3]);
  });

  test('keeps the messages of a page from others while it sends them, and gives back what it holds when it stops', async () => {
    vi.useFakeTimers({ now: new Date('2024-11-18T12:00:00.000Z') });
    const t = setUp({ pageSize: 2 });
    await vi.advanceTimersByTimeAsync(0);
    const until = new Date('2024-11-18T12:00:30.000Z');
    expect(t.claims).toEqual([
      { relayId: 'RELAY-A', limit: 2, now: new Date('2024-11-18T12:00:00.000Z'), until },
    ]);
    expect(t.released).toEqual([]);
    vi.useRealTimers();
    await t.relay.stop(0);
    expect(t.released).toEqual(['RELAY-A']);
  });

  test('counts what another relay had sent as well, and tells of it when the bus is back and when it stops', async () => {
    const t = setUp();
    let calls = 0;
    t.answerWith((entries) => {
      calls += 1;
      if (calls === 1) return away();
      // Another relay was faster with two of them.
      for (const sequence of calls === 2 ? [1, 3] : []) t.outbox.delete(sequence);
      return { sent: sequencesOf(entries), refused: [] };
    });
    t.write(3);
    await vi.waitUntil(() => t.outbox.size === 0);
    await t.relay.stop(1_000);
    expect(t.relay.repeats()).toBe(2);
    const told = '; 2 messages were sent that another relay had sent as well';
    expect(t.log.slice(1)).toEqual([
      `Service Bus is back after 0 s; 0 messages left to send${told}`,
      `The relay stops${told}`,
    ]);
  });

  test('a stop sends what is left, and gives up at once on a dead bus', async () => {
    const t = setUp({ pageSize: 1 });
    t.write(20);
    await t.relay.stop(60_000);
    expect(t.onBus).toHaveLength(20);
    expect(t.closed()).toBeGreaterThan(0);

    const dead = setUp();
    dead.answerWith(away);
    dead.write(20);
    await dead.relay.stop(60_000);
    expect(dead.outbox.size).toBe(20);
  });
});

test('The backoff doubles from 100 ms to 5 s, half of it drawn', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100_000 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (n, draw) => {
        const delay = backoffDelay(n, () => draw);
        expect(delay).toBeGreaterThanOrEqual(50);
        expect(delay).toBeLessThanOrEqual(5_000);
      },
    ),
  );
  expect([1, 2, 3].map((n) => backoffDelay(n, () => 0))).toEqual([50, 100, 200]);
});

function sequencesOf(entries: readonly OutboxEntry[]): number[] {
  return entries.map((entry) => entry.sequence);
}
