import type { DatabaseSync } from 'node:sqlite';
import type { AllocationDecision } from '../../../shared/contracts/allocation-messages.ts';
import type { InventoryEvent } from '../../../shared/contracts/inventory-event.ts';
import type { Backlog, OutboxEntry, OutboxMessage } from '../database.ts';
import { inRelaxedTransaction, inTransaction } from './transaction.ts';

/** The outbox tables. The number of unsent messages is counted once and then kept, since counting scans the table. */
export interface OutboxStore {
  unsent(limit: number): OutboxEntry[];
  markSent(sequences: readonly number[]): void;
  park(sequence: number, reason: string): void;
  backlog(): Backlog;
  /** To be told when a booking that wrote so many messages was committed. */
  added(messages: number): void;
}

interface OutboxRow {
  sequence: number;
  kind: OutboxMessage['kind'];
  body: string;
  traceparent: string;
  tracestate: string | null;
}

interface ParkedRow extends Pick<OutboxRow, 'kind' | 'body'> {
  reason: string;
}

const PARKED_EXAMPLES = 10;

export function createOutboxStore(connection: DatabaseSync): OutboxStore {
  const sql = {
    unsent: connection.prepare(`SELECT outbox.sequence, kind, body, traceparent, tracestate
      FROM outbox JOIN event USING (sequence) ORDER BY outbox.sequence LIMIT ?`),
    remove: connection.prepare('DELETE FROM outbox WHERE sequence = ?'),
    park: connection.prepare('INSERT INTO parked_event (sequence, reason) VALUES (?, ?)'),
    count: connection.prepare('SELECT count(*) AS count FROM outbox'),
    oldest: connection.prepare('SELECT committed_at FROM outbox ORDER BY sequence LIMIT 1'),
    parkedCount: connection.prepare('SELECT count(*) AS count FROM parked_event'),
    parked: connection.prepare(`SELECT kind, body, reason FROM parked_event JOIN event USING (sequence)
      ORDER BY sequence LIMIT ${PARKED_EXAMPLES}`),
  };
  let unsent = (sql.count.get() as { count: number }).count;

  function remove(sequences: readonly number[]): number {
    return sequences.reduce((removed, sequence) => removed + Number(sql.remove.run(sequence).changes), 0);
  }

  return {
    unsent: (limit) => (sql.unsent.all(limit) as unknown as OutboxRow[]).map(entryOf),

    markSent(sequences) {
      unsent -= inRelaxedTransaction(connection, () => remove(sequences));
    },

    park(sequence, reason) {
      unsent -= inTransaction(connection, () => {
        const removed = remove([sequence]);
        if (removed > 0) {
          sql.park.run(sequence, reason);
        }
        return removed;
      });
    },

    backlog() {
      const oldest = sql.oldest.get() as { committed_at: string } | undefined;
      const parked = (sql.parkedCount.get() as { count: number }).count;
      const examples = sql.parked.all() as unknown as ParkedRow[];
      return {
        unsent,
        ...(oldest && { oldestCommittedAt: oldest.committed_at }),
        parked,
        parkedExamples: examples.map((row) => ({ messageId: messageIdOf(row), reason: row.reason })),
      };
    },

    added(messages) {
      unsent += messages;
    },
  };
}

/** Reads back what the booking wrote; the file is the adapter's own, so its schema is not checked again. */
export function eventOf(body: string): InventoryEvent {
  return JSON.parse(body) as InventoryEvent;
}

/** As `eventOf`. */
export function decisionOf(body: string): AllocationDecision {
  return JSON.parse(body) as AllocationDecision;
}

function entryOf({ sequence, kind, body, traceparent, tracestate }: OutboxRow): OutboxEntry {
  const trace = tracestate === null ? { traceparent } : { traceparent, tracestate };
  return kind === 'event'
    ? { sequence, kind, event: eventOf(body), trace }
    : { sequence, kind, decision: decisionOf(body), trace };
}

function messageIdOf({ kind, body }: ParkedRow): string {
  if (kind === 'event') return eventOf(body).eventId;
  const { allocationId, sequence } = decisionOf(body);
  return `${allocationId}|${sequence}`;
}
