import type { DatabaseSync } from 'node:sqlite';
import type { AllocationDecision } from '../../../shared/contracts/allocation-messages.ts';
import type { InventoryEvent } from '../../../shared/contracts/inventory-event.ts';
import type { Backlog, OutboxClaim, OutboxEntry, OutboxMessage } from '../relay/outbox.ts';
import { jsonOf, rowOf, rowsOf } from './rows.ts';
import { inRelaxedTransaction, inTransaction } from './transaction.ts';

/** The outbox tables. The number of unsent messages is counted and then kept, since counting scans the table. */
export interface OutboxStore {
  claim(claim: OutboxClaim): OutboxEntry[];
  markSent(sequences: readonly number[]): number;
  park(sequence: number, reason: string): void;
  release(relayId: string): void;
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

/** A part of the outbox that a relay works on, both ends included. */
interface ClaimRow {
  first_sequence: number;
  last_sequence: number;
}

const PARKED_EXAMPLES = 10;
const BEHIND_ALL: ClaimRow = {
  first_sequence: Number.MAX_SAFE_INTEGER,
  last_sequence: Number.MAX_SAFE_INTEGER,
};

export function createOutboxStore(connection: DatabaseSync): OutboxStore {
  const sql = prepareStatements(connection);
  const countUnsent = () => rowOf<{ count: number }>(sql.count)?.count ?? 0;
  const dataVersion = () => rowOf<{ data_version: number }>(sql.dataVersion)?.data_version;
  /** Changes when another process commits. Read before the count, which may then be newer and is counted again. */
  let countedAt = dataVersion();
  let unsent = countUnsent();

  function remove(sequences: readonly number[]): number {
    return sequences.reduce((removed, sequence) => removed + Number(sql.remove.run(sequence).changes), 0);
  }

  function refreshCount(): void {
    const version = dataVersion();
    if (version === countedAt) return;
    countedAt = version;
    unsent = countUnsent();
  }

  /** The oldest messages between the parts that others work on; notes the parts that they make. */
  function takeFree({ relayId, limit, until }: OutboxClaim): OutboxRow[] {
    const taken: OutboxRow[] = [];
    let behind = 0;
    for (const other of [...rowsOf<ClaimRow>(sql.claims), BEHIND_ALL]) {
      const part = rowsOf<OutboxRow>(sql.between, behind, other.first_sequence, limit - taken.length);
      const [first, last] = [part.at(0), part.at(-1)];
      if (first && last) sql.addClaim.run(first.sequence, last.sequence, relayId, until.toISOString());
      taken.push(...part);
      if (taken.length === limit) break;
      behind = other.last_sequence;
    }
    return taken;
  }

  return {
    claim(claim) {
      const rows = inRelaxedTransaction(connection, () => {
        sql.endClaims.run(claim.relayId, claim.now.toISOString());
        return takeFree(claim);
      });
      return rows.map(entryOf);
    },

    markSent(sequences) {
      const removed = inRelaxedTransaction(connection, () => remove(sequences));
      unsent -= removed;
      return removed;
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

    release(relayId) {
      inRelaxedTransaction(connection, () => sql.endClaims.run(relayId, ''));
    },

    backlog() {
      refreshCount();
      const oldest = rowOf<{ committed_at: string }>(sql.oldest);
      return {
        unsent,
        ...(oldest && { oldestCommittedAt: oldest.committed_at }),
        parked: rowOf<{ count: number }>(sql.parkedCount)?.count ?? 0,
        parkedExamples: rowsOf<ParkedRow>(sql.parked).map((row) => ({
          messageId: messageIdOf(row),
          reason: row.reason,
        })),
      };
    },

    added(messages) {
      unsent += messages;
    },
  };
}

function entryOf({ sequence, kind, body, traceparent, tracestate }: OutboxRow): OutboxEntry {
  const trace = tracestate === null ? { traceparent } : { traceparent, tracestate };
  return kind === 'event'
    ? { sequence, kind, event: jsonOf(body), trace }
    : { sequence, kind, decision: jsonOf(body), trace };
}

function messageIdOf({ kind, body }: ParkedRow): string {
  if (kind === 'event') return jsonOf<InventoryEvent>(body).eventId;
  const { allocationId, sequence } = jsonOf<AllocationDecision>(body);
  return `${allocationId}|${sequence}`;
}

function prepareStatements(connection: DatabaseSync) {
  const prepare = (text: string) => connection.prepare(text);
  return {
    between: prepare(`SELECT outbox.sequence, kind, body, traceparent, tracestate
      FROM outbox JOIN event USING (sequence)
      WHERE outbox.sequence > ? AND outbox.sequence < ? ORDER BY outbox.sequence LIMIT ?`),
    claims: prepare('SELECT first_sequence, last_sequence FROM outbox_claim ORDER BY first_sequence'),
    addClaim: prepare(
      'INSERT INTO outbox_claim (first_sequence, last_sequence, relay_id, until) VALUES (?, ?, ?, ?)',
    ),
    endClaims: prepare('DELETE FROM outbox_claim WHERE relay_id = ? OR until <= ?'),
    remove: prepare('DELETE FROM outbox WHERE sequence = ?'),
    park: prepare('INSERT INTO parked_event (sequence, reason) VALUES (?, ?)'),
    count: prepare('SELECT count(*) AS count FROM outbox'),
    dataVersion: prepare('PRAGMA data_version'),
    oldest: prepare('SELECT committed_at FROM outbox ORDER BY sequence LIMIT 1'),
    parkedCount: prepare('SELECT count(*) AS count FROM parked_event'),
    parked: prepare(`SELECT kind, body, reason FROM parked_event JOIN event USING (sequence)
      ORDER BY sequence LIMIT ${PARKED_EXAMPLES}`),
  };
}
