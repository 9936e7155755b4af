import { Hono } from 'hono';
import type { Database } from '../database.ts';
import type { HealthAnswer } from '../openapi/schemas.ts';
import type { WarehouseReceivers } from '../receiving/warehouse-receivers.ts';
import { outboxFigures } from '../relay/outbox.ts';
import type { Relay } from '../relay/relay.ts';

/** What health is told from. */
export interface HealthParts {
  readonly database: Pick<Database, 'ping' | 'backlog'>;
  readonly relay: Pick<Relay, 'bus'>;
  readonly responder: Pick<WarehouseReceivers, 'reception'>;
  readonly recountReceiver: Pick<WarehouseReceivers, 'reception'>;
  readonly now: () => Date;
  readonly log: (line: string) => void;
}

/**
 * `GET /health`: 200 when scans can be booked, else 503 naming what is missing. A bus that is away, or has no
 * subscription for a warehouse, is told in the body and does not make the adapter unready: events and decisions wait in
 * the outbox, requests and notices at the bus, and scanners must not be turned away.
 *
 * Both routes are open, without a key: probes have none, and the answers tell figures of operation only:
 * why a part does not answer, and which messages are parked, stands in the log.
 */
export function healthRoutes({ database, relay, responder, recountReceiver, now, log }: HealthParts): Hono {
  return new Hono()
    .get('/health/live', (context) => context.json({ status: 'live' }))
    .get('/health', async (context) => {
      const told = {
        bus: relay.bus().state,
        allocationRequests: responder.reception(),
        investigations: recountReceiver.reception(),
      };
      try {
        await database.ping();
        const outbox = outboxFigures(await database.backlog(), now());
        const answer: HealthAnswer = { status: 'ready', database: 'ready', ...told, outbox };
        return context.json(answer);
      } catch (error) {
        log(`the database does not answer: ${error instanceof Error ? error.message : String(error)}`);
        const answer: HealthAnswer = {
          status: 'not-ready',
          missing: ['database'],
          database: 'does-not-answer',
          ...told,
        };
        return context.json(answer, 503);
      }
    });
}
