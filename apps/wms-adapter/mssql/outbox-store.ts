import type { AllocationDecision } from '../../../shared/contracts/allocation-messages.ts';
import type { InventoryEvent } from '../../../shared/contracts/inventory-event.ts';
import type { Backlog, Outbox, OutboxEntry, OutboxMessage } from '../relay/outbox.ts';
import { ascii, integer, json, text, time } from './parameters.ts';
import type { Session } from './session.ts';

/** The outbox, worked off by any number of relays at once. */
export function createOutboxStore(session: Session): Outbox {
  return {
    async claim({ relayId, limit, now, until }) {
      const rows = await session.rows<OutboxRow>(CLAIM, {
        relayId: ascii(relayId),
        limit: integer(limit),
        now: time(now),
        until: time(until),
      });
      return rows.map(entryOf);
    },

    async markSent(sequences) {
      if (sequences.length === 0) return 0;
      const [row] = await session.rows<{ removed: number }>(MARK_SENT, { sequences: json(sequences) });
      return row?.removed ?? 0;
    },

    park: (sequence, reason) =>
      session.inTransaction(async (on) => {
        await on.rows(PARK, { sequence: integer(sequence), reason: text(reason) });
      }),

    async release(relayId) {
      await session.rows(RELEASE, { relayId: ascii(relayId) });
    },

    backlog: () => readBacklog(session),
  };
}

interface OutboxRow {
  readonly sequence: string;
  readonly kind: OutboxMessage['kind'];
  readonly body: string;
  readonly traceparent: string;
  readonly tracestate: string | null;
}

const IS_FREE = '(relay_id = @relayId OR claimed_until IS NULL OR claimed_until <= @now)';

/**
 * Rows that another relay is just claiming or marking are stepped over instead of waited for: by the UPDATE too, which may
 * come upon them by its plan, and with locks even where the database reads versions of rows (READCOMMITTEDLOCK: READPAST
 * is refused without it). Where a server does not know the hints it waits, and the UPDATE tests the state itself: a row
 * is never two relays' at once.
 */
const CLAIM = `
  DECLARE @claimed TABLE (sequence bigint NOT NULL PRIMARY KEY);
  UPDATE wms.outbox WITH (READPAST, READCOMMITTEDLOCK, ROWLOCK) SET relay_id = @relayId, claimed_until = @until
    OUTPUT inserted.sequence INTO @claimed (sequence)
    WHERE sequence IN (
      SELECT TOP (@limit) sequence FROM wms.outbox WITH (UPDLOCK, READPAST, READCOMMITTEDLOCK, ROWLOCK)
      WHERE ${IS_FREE} ORDER BY sequence)
    AND ${IS_FREE};
  SELECT o.sequence, e.kind, e.body, o.traceparent, o.tracestate
    FROM @claimed AS c
    JOIN wms.outbox AS o ON o.sequence = c.sequence
    JOIN wms.event AS e ON e.sequence = c.sequence
    ORDER BY o.sequence;`;

const MARK_SENT = `
  DELETE FROM wms.outbox WITH (ROWLOCK)
    WHERE sequence IN (SELECT sent.sequence FROM OPENJSON(@sequences) WITH (sequence bigint '$') AS sent);
  SELECT @@ROWCOUNT AS removed;`;

const PARK = `
  DELETE FROM wms.outbox WHERE sequence = @sequence;
  IF @@ROWCOUNT = 1 INSERT INTO wms.parked_event (sequence, reason) VALUES (@sequence, @reason);`;

const RELEASE = 'UPDATE wms.outbox SET relay_id = NULL, claimed_until = NULL WHERE relay_id = @relayId';

const PARKED_EXAMPLES = 10;

const BACKLOG = `
  SELECT COUNT_BIG(*) AS unsent FROM wms.outbox;
  SELECT TOP (1) committed_at FROM wms.outbox ORDER BY sequence;
  SELECT COUNT_BIG(*) AS parked FROM wms.parked_event;
  SELECT TOP (${PARKED_EXAMPLES}) e.kind, e.body, p.reason
    FROM wms.parked_event AS p JOIN wms.event AS e ON e.sequence = p.sequence ORDER BY p.sequence;`;

interface ParkedRow extends Pick<OutboxRow, 'kind' | 'body'> {
  readonly reason: string;
}

async function readBacklog(session: Session): Promise<Backlog> {
  const [[unsent], [oldest], [parked], examples] =
    await session.recordsets<[{ unsent: string }, { committed_at: Date }, { parked: string }, ParkedRow]>(
      BACKLOG,
    );
  return {
    unsent: Number(unsent?.unsent ?? 0),
    ...(oldest && { oldestCommittedAt: oldest.committed_at.toISOString() }),
    parked: Number(parked?.parked ?? 0),
    parkedExamples: examples.map((row) => ({ messageId: messageIdOf(row), reason: row.reason })),
  };
}

function entryOf({ sequence, kind, body, traceparent, tracestate }: OutboxRow): OutboxEntry {
  const trace = tracestate === null ? { traceparent } : { traceparent, tracestate };
  return kind === 'event'
    ? { sequence: Number(sequence), kind, event: JSON.parse(body), trace }
    : { sequence: Number(sequence), kind, decision: JSON.parse(body), trace };
}

function messageIdOf({ kind, body }: ParkedRow): string {
  const message: InventoryEvent | AllocationDecision = JSON.parse(body);
  return kind === 'event' && 'eventId' in message
    ? message.eventId
    : 'allocationId' in message
      ? `${message.allocationId}|${'sequence' in message ? message.sequence : ''}`
      : '';
}
