import { Hono } from 'hono';
import type { Database } from '../database.ts';
import type { Relay } from '../relay/relay.ts';

/**
 * `GET /health`: 200 when scans can be booked, else 503 naming what is missing. A bus that is away is told in the
 * body and does not make the adapter unready: events wait in the outbox, and scanners must not be turned away.
 *
 * Both routes are open, without a key: probes have none, and the answers tell figures of operation only.
 */
export function healthRoutes(
  database: Pick<Database, 'ping' | 'backlog'>,
  relay: Pick<Relay, 'bus'>,
  now: () => Date,
): Hono {
  return new Hono()
    .get('/health/live', (context) => context.json({ status: 'live' }))
    .get('/health', async (context) => {
      const { state: bus, reason: busReason } = relay.bus();
      try {
        await database.ping();
        const { oldestCommittedAt, ...backlog } = await database.backlog();
        const oldestMs =
          oldestCommittedAt === undefined ? 0 : now().getTime() - Date.parse(oldestCommittedAt);
        const outbox = { ...backlog, oldestAgeMs: Math.max(oldestMs, 0) };
        return context.json({ status: 'ready', database: 'ready', bus, busReason, outbox });
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        return context.json(
          { status: 'not ready', missing: ['database'], database: reason, bus, busReason },
          503,
        );
      }
    });
}
