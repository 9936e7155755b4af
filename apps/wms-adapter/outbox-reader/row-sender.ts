import type { InventoryEvent } from '../../../shared/contracts/inventory-event.ts';
import type { Publisher, PublishReport } from '../relay/publisher.ts';
import { traceOf } from '../trace-context.ts';
import type { Availability } from './availability.ts';
import type { EventMapping } from './event-mapping.ts';
import type { OutboxSettings } from './outbox-settings.ts';
import type { ParkedRow } from './parked-rows.ts';
import type { ReaderState } from './reader-state.ts';
import type { SourceRow } from './source.ts';

export interface RowSenderOptions {
  readonly mapping: EventMapping;
  readonly state: Pick<ReaderState, 'sentAs' | 'parked' | 'record'>;
  readonly publisher: Publisher;
  /** Told whether the bus took them. */
  readonly bus: Availability;
  readonly kind: OutboxSettings['order']['kind'];
  /** Name of the source, for the log. */
  readonly source: string;
  readonly now: () => Date;
  readonly log: (line: string) => void;
}

/** Sends rows and records what became of them. */
export interface RowSender {
  /**
   * Sends the events of the rows that were not sent yet, parks the rows that make none, and takes those off the list of the
   * parked that are at fault no longer. Rows with one number have to be together, and calls must not overlap.
   *
   * @param rows without any it only makes sure, now and then, that the bus answers
   * @param readUpTo number up to which everything was read then, where the rows are new ones
   * @param again whether parked rows that have not changed are tried all the same
   * @throws PartAwayError when some could not be sent; what was sent is recorded, `readUpTo` is not
   */
  send(rows: readonly SourceRow[], readUpTo?: bigint, again?: boolean): Promise<void>;
}

/** A row with what tells it from others. */
interface NamedRow {
  readonly row: SourceRow;
  /** Its id in the list of the parked. */
  readonly id: string;
  readonly eventId: string | undefined;
  /** Number of a row of the same page that has the same event id. */
  readonly sameAs: bigint | undefined;
}

/** Rows of a page, by what is to be done with them; those that were sent are in none. */
interface SortedRows {
  readonly toSend: { readonly event: InventoryEvent; readonly named: NamedRow }[];
  readonly toPark: ParkedRow[];
  /** Ids of rows that are parked and have not changed. */
  readonly unchanged: string[];
}

/** Event ids are at most 128 characters long; what is longer cannot name a parked row. */
const MAX_ID = 128;
/** The name of a parked row stands in the log, in one line. */
const PRINTABLE = /^[^\p{Cc}\p{Zl}\p{Zp}]+$/u;
/** So many rows that are parked together are logged one by one. */
const MAX_LOGGED = 10;
/** How often an idle reader asks whether the bus is still there, milliseconds. */
const BUS_CHECK_MS = 30_000;

/** A sender of rows as the kind of order demands. */
export function createRowSender(options: RowSenderOptions): RowSender {
  const { mapping, state, publisher, bus, kind, source, now, log } = options;
  let askedAt = Number.NEGATIVE_INFINITY;

  const contentOf = (row: SourceRow) => JSON.stringify(mapping.contentOf(row));

  function parkedRow({ row, id, eventId }: NamedRow, reason: string, sameAs?: bigint): ParkedRow {
    const parkedAt = now().toISOString();
    return { id, number: row.number, eventId, sameAs, reason, content: contentOf(row), parkedAt };
  }

  function sort(rows: readonly SourceRow[], again: boolean): SortedRows {
    const sorted: SortedRows = { toSend: [], toPark: [], unchanged: [] };
    const tryAll = again || state.parked.count() === 0;
    for (const named of namedRows(rows, mapping)) {
      const { row, id, sameAs } = named;
      const parked = tryAll ? undefined : state.parked.get(id);
      if (parked !== undefined && parked.content === contentOf(row)) {
        sorted.unchanged.push(id);
        continue;
      }
      const { event, reason } = mapping.eventOf(row);
      if (event === undefined) {
        sorted.toPark.push(parkedRow(named, reason));
        continue;
      }
      const sentAs = sameAs ?? state.sentAs(event.eventId);
      // By rowversion a row that was changed has another number.
      const changed = kind === 'rowversion' && sameAs === undefined && sentAs !== row.number;
      if (sentAs === undefined || changed) {
        sorted.toSend.push({ event, named });
      } else if (sameAs !== undefined || sentAs !== row.number) {
        sorted.toPark.push(parkedRow(named, mapping.sameEventId(event.eventId, sentAs), sentAs));
      }
    }
    return sorted;
  }

  async function publish(toSend: SortedRows['toSend'], idle: boolean): Promise<PublishReport> {
    const due = bus.state() !== 'connected' || now().getTime() - askedAt >= BUS_CHECK_MS;
    if (toSend.length === 0 && !(idle && due)) return { sent: [], refused: [] };
    askedAt = now().getTime();
    // The publisher tells entries apart by their sequence: here the index in `toSend`.
    const report = await publisher.publish(
      toSend.map(({ event }, sequence) => ({
        kind: 'event',
        sequence,
        event,
        trace: traceOf(undefined, undefined),
      })),
    );
    if (report.failure === undefined) bus.answered();
    return report;
  }

  function logParked(rows: readonly ParkedRow[]): void {
    const news = rows.filter(({ id, reason }) => state.parked.get(id)?.reason !== reason);
    for (const { id, reason } of news.slice(0, MAX_LOGGED)) {
      log(`Row ${id} of ${source} is parked: ${reason}`);
    }
    if (news.length > MAX_LOGGED) {
      log(`${news.length - MAX_LOGGED} more rows of ${source} are parked: see GET /api/v1/parked`);
    }
  }

  /** Ids under which the rows are parked now: by their numbers and, where a change gives another number, by their event ids. */
  function parkedIdsOf(rows: readonly SourceRow[]): string[] {
    if (state.parked.count() === 0) return [];
    const ids = state.parked.idsAt([...new Set(rows.map(({ number }) => number))]);
    if (kind !== 'rowversion') return ids;
    return [...ids, ...rows.flatMap((row) => state.parked.idsOf(mapping.eventIdOf(row) ?? ''))];
  }

  return {
    async send(rows, readUpTo, again = false) {
      const { toSend, toPark, unchanged } = sort(rows, again);
      const { sent, refused, failure } = await publish(toSend, rows.length === 0);
      for (const { sequence, reason } of refused) {
        const named = toSend[sequence]?.named;
        if (named) toPark.push(parkedRow(named, `the bus will not take it: ${reason}`));
      }
      logParked(toPark);
      const staying = new Set([...unchanged, ...toPark.map(({ id }) => id)]);
      // What is read again has to be recognised: by overlap, and the rest of a page after a failure.
      const remember = kind === 'overlap' || failure !== undefined;
      state.record({
        sent: remember ? sent.flatMap((sequence) => sentEvent(toSend[sequence])) : [],
        parked: toPark,
        mended: failure === undefined ? parkedIdsOf(rows).filter((id) => !staying.has(id)) : [],
        ...(failure === undefined && readUpTo !== undefined && { readUpTo: { number: readUpTo, at: now() } }),
      });
      if (failure !== undefined) throw bus.failed(failure);
    },
  };
}

function sentEvent(entry: SortedRows['toSend'][number] | undefined) {
  return entry === undefined ? [] : [{ eventId: entry.event.eventId, number: entry.named.row.number }];
}

function namedRows(rows: readonly SourceRow[], mapping: EventMapping): NamedRow[] {
  const numbers = new Map<string, bigint>();
  return rows.map((row, index) => {
    const eventId = mapping.eventIdOf(row);
    const sameAs = eventId === undefined ? undefined : numbers.get(eventId);
    if (eventId !== undefined) numbers.set(eventId, row.number);
    const tellsApart =
      eventId !== undefined && sameAs !== row.number && eventId.length <= MAX_ID && PRINTABLE.test(eventId);
    const place = () => index - rows.findIndex(({ number }) => number === row.number) + 1;
    return { row, eventId, sameAs, id: `${row.number}:${tellsApart ? eventId : `#${place()}`}` };
  });
}
