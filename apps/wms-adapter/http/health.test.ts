import { describe, expect, test } from 'vitest';
import { healthRoutes } from './health.ts';

const since = new Date('2024-11-18T10:00:00Z');
const now = () => new Date('2024-11-18T10:00:05Z');
const backlog = {
  unsent: 3,
  oldestCommittedAt: since.toISOString(),
  parked: 1,
  parkedExamples: [{ messageId: 'evt-1', reason: 'x' }],
};
const allocationRequests = { starting: 0, connected: 7, away: 1 };
const investigations = { starting: 1, connected: 7, away: 0 };
const parts = {
  database: { ping: async () => undefined, backlog: async () => backlog },
  relay: { bus: () => ({ state: 'away' as const, reason: 'ECONNREFUSED', since }) },
  responder: { reception: () => allocationRequests },
  recountReceiver: { reception: () => investigations },
  now,
  log: () => {},
};

describe('The health of the adapter', () => {
  test('is ready while the bus is away, and tells how much waits, for how long, and what is not received', async () => {
    const response = await healthRoutes(parts).request('/health');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      status: 'ready',
      database: 'ready',
      bus: 'away',
      allocationRequests,
      investigations,
      outbox: { unsent: 3, oldestAgeMs: 5_000, parked: 1 },
    });
  });

  test('is 503 and names the database when it does not answer, while live stays 200', async () => {
    const lines: string[] = [];
    const ping = async () => {
      throw new Error('disk I/O error');
    };
    const database = { ...parts.database, ping };
    const routes = healthRoutes({ ...parts, database, log: (line) => lines.push(line) });
    const response = await routes.request('/health');
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({
      status: 'not-ready',
      missing: ['database'],
      database: 'does-not-answer',
      bus: 'away',
      allocationRequests,
      investigations,
    });
    expect(lines).toEqual(['the database does not answer: disk I/O error']);
    expect((await routes.request('/health/live')).status).toBe(200);
  });
});
