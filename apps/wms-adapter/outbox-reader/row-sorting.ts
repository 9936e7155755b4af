import type { InventoryEvent } from '../../../shared/contracts/inventory-event.ts';
import type { EventMapping } from './event-mapping.ts';
import type { ParkedRow } from './parked-rows.ts';
import type { ReaderState } from './reader-state.ts';
import type { SourceRow } from './source.ts';

/** Rows of a page, by what is to be done with them. */
export interface SortedRows {
  readonly toSend: EventToSend[];
  /** Rows that make no event. */
  readonly toPark: ParkedRow[];
  /** Ids of rows that were parked before and have not changed. */
  readonly unchanged: Set<string>;
}

export interface EventToSend {
  readonly event: InventoryEvent;
  readonly number: bigint;
  /** The row as it is parked when the bus will never take the event. */
  parked(reason: string): ParkedRow;
}

export interface SortingOptions {
  readonly mapping: EventMapping;
  readonly state: Pick<ReaderState, 'sentAs' | 'parked'>;
  readonly now: () => Date;
  /** Whether a row gets a new number when it is changed (rowversion). */
  readonly renumbered: boolean;
}

/** Event ids are at most 128 characters long; what is longer cannot name a parked row. */
const MAX_ID = 128;
/** The name of a parked row stands in the log, in one line. */
const PRINTABLE = /^[^\p{Cc}\p{Zl}\p{Zp}]+$/u;

/**
 * Leaves out what was sent. Rows with one number have to be together, in one page.
 * @param again whether rows that are parked and have not changed are tried all the same
 */
export function sortRows(rows: readonly SourceRow[], options: SortingOptions, again: boolean): SortedRows {
  const { mapping, state, now, renumbered } = options;
  const sorted: SortedRows = { toSend: [], toPark: [], unchanged: new Set() };
  const tryAll = again || state.parked.count() === 0;
  const numbersOfIds = new Map<string, bigint>();

  for (const [index, source] of rows.entries()) {
    const { number } = source;
    const eventId = mapping.eventIdOf(source);
    const sameId = eventId === undefined ? undefined : numbersOfIds.get(eventId);
    if (eventId !== undefined) numbersOfIds.set(eventId, number);
    const tellsApart =
      eventId !== undefined && sameId !== number && eventId.length <= MAX_ID && PRINTABLE.test(eventId);
    const id = `${number}:${tellsApart ? eventId : `#${placeOf(rows, index)}`}`;
    const content = () => JSON.stringify(mapping.contentOf(source));
    const parked = (reason: string): ParkedRow => ({
      id,
      number,
      eventId: eventId?.slice(0, MAX_ID),
      reason,
      content: content(),
      parkedAt: now().toISOString(),
    });

    const before = tryAll ? undefined : state.parked.get(id);
    if (before !== undefined && before.content === content()) {
      sorted.unchanged.add(id);
      continue;
    }
    const { event, reason } = mapping.eventOf(source);
    if (event === undefined) {
      sorted.toPark.push(parked(reason));
      continue;
    }
    const sentAs = sameId ?? state.sentAs(event.eventId);
    if (sentAs === undefined || (renumbered && sameId === undefined && sentAs !== number)) {
      sorted.toSend.push({ event, number, parked });
    } else if (sameId !== undefined || sentAs !== number) {
      sorted.toPark.push(parked(mapping.sameEventId(event.eventId, sentAs)));
    }
  }
  return sorted;
}

/** 1 for the first row with its number. */
function placeOf(rows: readonly SourceRow[], index: number): number {
  const first = rows.findIndex(({ number }) => number === rows[index]?.number);
  return index - first + 1;
}
