import type { DatabaseSync } from 'node:sqlite';
import type { OutboxMessage } from '../relay/outbox.ts';
import { rowOf } from './rows.ts';

/** Writes messages into the ledger of events and the outbox, to be called inside one transaction. */
export interface MessageStore {
  /** The last event number of that day (YYYYMMDD) that was given out, 0 at first. */
  lastEventNumber(day: string): number;
  /** `lastEventNumber` is that of the day once these are written. */
  write(day: string, lastEventNumber: number, messages: readonly OutboxMessage[]): void;
}

export function createMessageStore(connection: DatabaseSync): MessageStore {
  const sql = {
    eventNumber: connection.prepare('SELECT last FROM event_number WHERE day = ?'),
    putEventNumber: connection.prepare(`INSERT INTO event_number (day, last) VALUES (?, ?)
      ON CONFLICT (day) DO UPDATE SET last = excluded.last`),
    addEvent: connection.prepare('INSERT INTO event (kind, body) VALUES (?, ?)'),
    addOutbox: connection.prepare(
      'INSERT INTO outbox (sequence, committed_at, traceparent, tracestate) VALUES (?, ?, ?, ?)',
    ),
  };

  return {
    lastEventNumber: (day) => rowOf<{ last: number }>(sql.eventNumber, day)?.last ?? 0,

    write(day, lastEventNumber, messages) {
      for (const message of messages) {
        const [body, committedAt] =
          message.kind === 'event'
            ? [message.event, message.event.timestamp]
            : [message.decision, message.decision.decidedAt];
        const { lastInsertRowid } = sql.addEvent.run(message.kind, JSON.stringify(body));
        const { traceparent, tracestate } = message.trace;
        sql.addOutbox.run(lastInsertRowid, committedAt, traceparent, tracestate ?? null);
      }
      if (messages.length > 0) sql.putEventNumber.run(day, lastEventNumber);
    },
  };
}
