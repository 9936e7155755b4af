import type { BookingWrites } from '../../../apps/wms-adapter/database.ts';
import type {
  Backlog,
  OutboxClaim,
  OutboxEntry,
  OutboxMessage,
} from '../../../apps/wms-adapter/relay/outbox.ts';
import { sealed } from '../sealed.ts';
import { check } from './constraint.ts';
import type { Tables } from './memory.ts';
import { firstIndex } from './sorted.ts';

export type OutboxTables = {
  /** Every message ever written, in commit order: the place, from 1 on, is its sequence. */
  readonly messages: OutboxEntry[];
  /** Sequences of those that the bus has not taken. */
  readonly unsent: Set<number>;
  /** Those sequences in their order, and some that the bus took meanwhile. */
  unsentOrder: number[];
  /** The bus will never take them: why, by sequence. */
  readonly parked: Map<number, string>;
  /** The last event number of each day (YYYYMMDD). */
  readonly eventNumbers: Map<string, number>;
  /** Parts of the outbox that relays work on, both ends included, in their order. They do not overlap. */
  claims: readonly Claim[];
};

type Claim = {
  readonly first: number;
  readonly last: number;
  readonly relayId: string;
  /** UTC with milliseconds. */
  readonly until: string;
};

const PARKED_EXAMPLES = 10;
/** So many that were taken may stand between those that were not before they are thrown out. */
const MOST_TAKEN = 1_000;

export function noOutbox(): OutboxTables {
  return {
    messages: [],
    unsent: new Set(),
    unsentOrder: [],
    parked: new Map(),
    eventNumbers: new Map(),
    claims: [],
  };
}

/** @throws {ConstraintError} */
export function checkMessages(messages: BookingWrites['messages']): void {
  for (const { trace } of messages)
    check(typeof trace.traceparent === 'string', () => 'a message has no traceparent');
}

/** @param lastEventNumber of the day (YYYYMMDD), once these are written */
export function writeMessages(
  tables: Tables,
  day: string,
  lastEventNumber: number,
  messages: readonly OutboxMessage[],
): void {
  for (const message of messages) {
    const sequence = tables.messages.length + 1;
    tables.messages.push(sealed({ sequence, ...message }));
    tables.unsent.add(sequence);
    tables.unsentOrder.push(sequence);
  }
  if (messages.length > 0) tables.eventNumbers.set(day, lastEventNumber);
}

/** See `Outbox.claim`. */
export function claim(tables: Tables, { relayId, limit, now, until }: OutboxClaim): OutboxEntry[] {
  const at = now.toISOString();
  const others = tables.claims.filter((one) => one.relayId !== relayId && one.until > at);
  const own: Claim[] = [];
  const taken: OutboxEntry[] = [];
  let behind = 0;
  for (const { first, last } of [...others, { first: Number.POSITIVE_INFINITY, last: 0 }]) {
    const part = unsentBetween(tables, behind, first, limit - taken.length);
    const [oldest, youngest] = [part.at(0)?.sequence, part.at(-1)?.sequence];
    if (oldest !== undefined && youngest !== undefined)
      own.push({ first: oldest, last: youngest, relayId, until: until.toISOString() });
    taken.push(...part);
    if (taken.length === limit) break;
    behind = last;
  }
  tables.claims = [...others, ...own].sort((one, other) => one.first - other.first);
  return taken;
}

function unsentBetween(
  { messages, unsent, unsentOrder }: Tables,
  behind: number,
  before: number,
  limit: number,
): OutboxEntry[] {
  const found: OutboxEntry[] = [];
  let place = firstIndex(unsentOrder, (sequence) => sequence > behind);
  for (; found.length < limit; place += 1) {
    const sequence = unsentOrder[place];
    if (sequence === undefined || sequence >= before) break;
    const message = messages[sequence - 1];
    if (unsent.has(sequence) && message) found.push(message);
  }
  return found;
}

/** Answers how many of them were there still. */
export function remove(tables: Tables, sequences: readonly number[]): number {
  const removed = sequences.filter((sequence) => tables.unsent.delete(sequence)).length;
  const { unsent, unsentOrder } = tables;
  if (unsentOrder.length > 2 * unsent.size + MOST_TAKEN)
    tables.unsentOrder = unsentOrder.filter((sequence) => unsent.has(sequence));
  return removed;
}

export function park(tables: Tables, sequence: number, reason: string): void {
  if (remove(tables, [sequence]) > 0) tables.parked.set(sequence, reason);
}

export function release(tables: Tables, relayId: string): void {
  tables.claims = tables.claims.filter((one) => one.relayId !== relayId);
}

export function backlog(tables: Tables): Backlog {
  const oldestCommittedAt = oldestUnsent(tables);
  const examples = [...tables.parked].sort(([one], [other]) => one - other).slice(0, PARKED_EXAMPLES);
  return {
    unsent: tables.unsent.size,
    ...(oldestCommittedAt !== undefined && { oldestCommittedAt }),
    parked: tables.parked.size,
    parkedExamples: examples.flatMap(([sequence, reason]) => {
      const message = tables.messages[sequence - 1];
      return message ? [{ messageId: messageIdOf(message), reason }] : [];
    }),
  };
}

/** Commit time (UTC) of the oldest message that the bus has not taken. */
export function oldestUnsent(tables: Tables): string | undefined {
  const [message] = unsentBetween(tables, 0, Number.POSITIVE_INFINITY, 1);
  if (message === undefined) return undefined;
  return message.kind === 'event' ? message.event.timestamp : message.decision.decidedAt;
}

function messageIdOf(message: OutboxMessage): string {
  if (message.kind === 'event') return message.event.eventId;
  const { allocationId, sequence } = message.decision;
  return `${allocationId}|${sequence}`;
}
