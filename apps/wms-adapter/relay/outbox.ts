import type { OutboxFigures } from '../../../shared/contracts/adapter-status.ts';
import type { AllocationDecision } from '../../../shared/contracts/allocation-messages.ts';
import type { InventoryEvent } from '../../../shared/contracts/inventory-event.ts';
import type { TraceContext } from '../../../shared/service-bus/trace-context.ts';

/** What goes on the bus: an inventory event or a decision on an allocation, and the trace of what caused it. */
export type OutboxMessage =
  | { readonly kind: 'event'; readonly event: InventoryEvent; readonly trace: TraceContext }
  | { readonly kind: 'decision'; readonly decision: AllocationDecision; readonly trace: TraceContext };

/** An unsent message; `sequence` grows in commit order. */
export type OutboxEntry = OutboxMessage & { readonly sequence: number };

/** Messages that are committed and not yet on the bus. Several relays, of several processes, may work one outbox off. */
export interface Outbox {
  /**
   * The oldest messages, in commit order, that are neither parked nor claimed by another relay; they are this relay's
   * until the claim ends. A relay that asks again gets again what it holds and has neither marked nor parked. May be
   * lost in a power cut, as a relay's end is: the messages are claimed, and perhaps sent, again.
   */
  claim(claim: OutboxClaim): Promise<OutboxEntry[]>;
  /**
   * Takes messages out of the outbox, and answers how many were there still: the others were sent by somebody else as
   * well. May be lost in a power cut: they are sent twice then.
   */
  markSent(sequences: readonly number[]): Promise<number>;
  /** Keeps a message in the outbox, but out of every claim, because the bus will never take it. */
  park(sequence: number, reason: string): Promise<void>;
  /** Ends the relay's claims, so that others need not wait for their end. */
  release(relayId: string): Promise<void>;
  backlog(): Promise<Backlog>;
}

export interface OutboxClaim {
  /** No two relays that run have the same; one that comes back under its own goes on with what it had claimed. At most 64 ASCII characters. */
  readonly relayId: string;
  readonly limit: number;
  readonly now: Date;
  /** When the claim ends by itself. */
  readonly until: Date;
}

export interface Backlog {
  /** Messages the bus has not acknowledged, without the parked ones. */
  readonly unsent: number;
  /** Commit time of the oldest of them. */
  readonly oldestCommittedAt?: string;
  /** Messages the bus will never take, the oldest few of them with the reason. */
  readonly parked: number;
  readonly parkedExamples: { messageId: string; reason: string }[];
}

/** What people are told of a backlog. */
export function outboxFigures(backlog: Backlog, now: Date): OutboxFigures {
  const { unsent, parked } = backlog;
  return { unsent, parked, oldestAgeMs: oldestAgeMs(backlog, now) };
}

/** For how long the oldest unsent message waits, in milliseconds; 0 where none does. */
export function oldestAgeMs({ oldestCommittedAt }: Pick<Backlog, 'oldestCommittedAt'>, now: Date): number {
  return oldestCommittedAt === undefined ? 0 : Math.max(now.getTime() - Date.parse(oldestCommittedAt), 0);
}
