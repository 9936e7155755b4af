import { Hono } from 'hono';
import type { Database } from '../database.ts';
import type { Relay } from '../relay/relay.ts';

/**
 * `GET /health`: 200 when scans can be booked, else 503 naming what is missing. A bus that is away is told in the
 * body and does not make the adapter unready: events wait in the outbox, and scanners must not be turned away.
 *
 * Both routes are open, without a key: probes have none, and the answers tell figures of operation only:
 * why a part does not answer, and which events are parked, stands in the log.
 */
export function healthRoutes(
  database: Pick<Database, 'ping' | 'backlog'>,
  relay: Pick<Relay, 'bus'>,
  now: () => Date,
  log: (line: string) => void,
): Hono {
  return new Hono()
    .get('/health/live', (context) => context.json({ status: 'live' }))
    .get('/health', async (context) => {
      const { state: bus } = relay.bus();
      try {
        await database.ping();
        const { oldestCommittedAt, unsent, parked } = await database.backlog();
        const oldestMs =
          oldestCommittedAt === undefined ? 0 : now().getTime() - Date.parse(oldestCommittedAt);
        const outbox = { unsent, parked, oldestAgeMs: Math.max(oldestMs, 0) };
        return context.json({ status: 'ready', database: 'ready', bus, outbox });
      } catch (error) {
        log(`the database does not answer: ${error instanceof Error ? error.message : String(error)}`);
        const answer = { status: 'not-ready', missing: ['database'], database: 'does-not-answer', bus };
        return context.json(answer, 503);
      }
    });
}
