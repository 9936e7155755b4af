import type { InventoryEvent } from '../../../shared/contracts/inventory-event.ts';
import { beginSpan, type SpanDescription } from '../../../shared/telemetry/spans.ts';
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

/** A row with its id in the list of the parked. */
interface NamedRow {
  readonly row: SourceRow;
  readonly id: string;
  readonly eventId: string | undefined;
}

/** Rows of a page, by what is to be done with them; those that were sent are in none. */
interface SortedRows {
  readonly toSend: { readonly event: InventoryEvent; readonly named: NamedRow }[];
  readonly toPark: ParkedRow[];
  /** Rows whose event id another has, and the number of that one. */
  readonly repeats: { readonly named: NamedRow; readonly eventId: string; readonly sentAs: bigint }[];
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

  function parkedRow({ row, id, eventId }: NamedRow, reason: string, sameAs: bigint | null): ParkedRow {
    const parkedAt = now().toISOString();
    return {
      id,
      number: row.number,
      eventId: eventId ?? null,
      sameAs,
      reason,
      content: contentOf(row),
      parkedAt,
    };
  }

  function sort(rows: readonly SourceRow[], again: boolean): SortedRows {
    const sorted: SortedRows = { toSend: [], toPark: [], repeats: [], unchanged: [] };
    const anyParked = state.parked.count() > 0;
    const inPage = new Map<string, bigint>();
    for (const named of namedRows(rows, mapping)) {
      const { row, id } = named;
      const parked = anyParked ? state.parked.get(id) : undefined;
      if (!again && parked !== undefined && parked.content === contentOf(row)) {
        sorted.unchanged.push(id);
        continue;
      }
      const { event, reason } = mapping.eventOf(row);
      if (event === undefined) {
        sorted.toPark.push(parkedRow(named, reason, null));
        continue;
      }
      const { eventId } = event;
      const repeated = inPage.get(eventId) ?? (parked?.eventId === eventId ? parked.sameAs : null);
      const sentAs = repeated ?? state.sentAs(eventId);
      // By rowversion a row that was changed has another number.
      const changed = kind === 'rowversion' && repeated === null && sentAs !== row.number;
      if (sentAs !== undefined && !changed && (repeated !== null || sentAs !== row.number)) {
        sorted.repeats.push({ named, eventId, sentAs });
        continue;
      }
      inPage.set(eventId, row.number);
      if (sentAs === undefined || changed) sorted.toSend.push({ event, named });
    }
    return sorted;
  }

  async function publish(toSend: SortedRows['toSend'], idle: boolean): Promise<PublishReport> {
    const due = bus.state() !== 'connected' || now().getTime() - askedAt >= BUS_CHECK_MS;
    if (toSend.length === 0 && !(idle && due)) return { sent: [], refused: [] };
    askedAt = now().getTime();
    const spans = toSend.map(({ event }) => beginSpan('publish row', spanOf(event)));
    // The publisher tells entries apart by their sequence: here the index in `toSend`.
    const report = await publisher.publish(
      toSend.map(({ event }, sequence) => ({
        kind: 'event',
        sequence,
        event,
        trace: spans[sequence]?.trace ?? traceOf(undefined, undefined),
      })),
    );
    for (const sequence of report.sent) spans[sequence]?.end();
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
      const { toSend, toPark, repeats, unchanged } = sort(rows, again);
      const { sent, refused, failure } = await publish(toSend, rows.length === 0);
      if (failure !== undefined) {
        // The page is read again, and its rest parked then.
        state.record({ sent: sent.flatMap((index) => sentEvent(toSend[index])), parked: [], mended: [] });
        throw bus.failed(failure);
      }
      const refusedIds = new Set<string>();
      for (const { sequence, reason } of refused) {
        const { event, named } = toSend[sequence] ?? {};
        if (event === undefined || named === undefined) continue;
        refusedIds.add(event.eventId);
        toPark.push(parkedRow(named, `the bus will not take it: ${reason}`, null));
      }
      for (const { named, eventId, sentAs } of repeats) {
        const sameAs = refusedIds.has(eventId) ? null : sentAs;
        toPark.push(parkedRow(named, mapping.sameEventId(eventId, sentAs), sameAs));
      }
      logParked(toPark);
      const staying = new Set([...unchanged, ...toPark.map(({ id }) => id)]);
      state.record({
        // By overlap they are read again, and have to be recognised.
        sent: kind === 'overlap' ? sent.flatMap((index) => sentEvent(toSend[index])) : [],
        parked: toPark,
        mended: parkedIdsOf(rows).filter((id) => !staying.has(id)),
        ...(readUpTo !== undefined && { readUpTo: { number: readUpTo, at: now() } }),
      });
    },
  };
}

/** From when the row was read until the bus has its event, which goes on in this trace. */
function spanOf({ eventId, itemId, warehouseId }: InventoryEvent): SpanDescription {
  const attributes = { 'event.id': eventId, 'item.id': itemId, 'warehouse.id': warehouseId };
  return { kind: 'producer', parent: null, attributes };
}

function sentEvent(entry: SortedRows['toSend'][number] | undefined) {
  return entry === undefined ? [] : [{ eventId: entry.event.eventId, number: entry.named.row.number }];
}

function namedRows(rows: readonly SourceRow[], mapping: EventMapping): NamedRow[] {
  const seen = new Set<string>();
  return rows.map((row, index) => {
    const eventId = mapping.eventIdOf(row);
    const name = `${row.number}:${eventId}`;
    const tellsApart =
      eventId !== undefined && eventId.length <= MAX_ID && PRINTABLE.test(eventId) && !seen.has(name);
    seen.add(name);
    const place = () => index - rows.findIndex(({ number }) => number === row.number) + 1;
    return { row, eventId, id: tellsApart ? name : `${row.number}:#${place()}` };
  });
}
