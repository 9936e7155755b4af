import type { Publisher, PublishReport } from '../relay/publisher.ts';
import { traceOf } from '../trace-context.ts';
import type { Availability } from './availability.ts';
import type { ParkedRow } from './parked-rows.ts';
import type { ReaderState, SentEvent } from './reader-state.ts';
import { type SortedRows, type SortingOptions, sortRows } from './row-sorting.ts';
import type { SourceRow } from './source.ts';

export interface RowSenderOptions extends SortingOptions {
  readonly state: ReaderState;
  readonly publisher: Publisher;
  /** Told whether the bus took them. */
  readonly bus: Availability;
  /** Whether what was sent has to be recognised when it is read again. */
  readonly remember: boolean;
  /** Name of the source, for the log. */
  readonly source: string;
  readonly log: (line: string) => void;
}

/** Sends rows and records what became of them. */
export interface RowSender {
  /**
   * Sends the events of the rows that were not sent yet, parks the rows that make none, and takes those off the list of the
   * parked that are at fault no longer. Rows with one number have to be together.
   *
   * @param rows without any it only makes sure, now and then, that the bus answers
   * @param readUpTo number up to which everything was read then, where the rows are new ones
   * @param again whether parked rows that have not changed are tried all the same
   * @throws PartAwayError when some could not be sent; what was sent is recorded, `readUpTo` is not
   */
  send(rows: readonly SourceRow[], readUpTo?: bigint, again?: boolean): Promise<void>;
}

/** So many rows that are parked together are logged one by one. */
const MAX_LOGGED = 10;

/** How often an idle reader asks whether the bus is still there, milliseconds. */
const BUS_CHECK_MS = 30_000;
const NOTHING_TO_SEND: PublishReport = { sent: [], refused: [] };

/** A sender of rows; its calls must not overlap. */
export function createRowSender(options: RowSenderOptions): RowSender {
  const { state, publisher, bus, remember, source, now, log } = options;
  let askedAt = Number.NEGATIVE_INFINITY;

  async function publish(toSend: SortedRows['toSend'], idle: boolean): Promise<PublishReport> {
    const due = bus.state() !== 'connected' || now().getTime() - askedAt >= BUS_CHECK_MS;
    if (toSend.length === 0 && !(idle && due)) return NOTHING_TO_SEND;
    askedAt = now().getTime();
    const report = await publisher.publish(entriesOf(toSend));
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

  /** Parked rows that are not among what stays parked: their numbers, or event ids, are those of rows that were taken. */
  function mendedOf(rows: readonly SourceRow[], staying: ReadonlySet<string>): string[] {
    if (state.parked.count() === 0) return [];
    const numbers = [...new Set(rows.map(({ number }) => number))];
    const moved = options.renumbered
      ? rows.flatMap((row) => state.parked.idsOf(options.mapping.eventIdOf(row) ?? ''))
      : [];
    return [...state.parked.idsAt(numbers), ...moved].filter((id) => !staying.has(id));
  }

  return {
    async send(rows, readUpTo, again = false) {
      const sorted = sortRows(rows, options, again);
      const report = await publish(sorted.toSend, rows.length === 0);
      const toPark = [...sorted.toPark, ...refusedRows(sorted, report)];
      const sent = report.sent.flatMap((index) => sentEvent(sorted, index));
      logParked(toPark);
      const staying = new Set([...sorted.unchanged, ...toPark.map(({ id }) => id)]);
      const failed = report.failure !== undefined;
      state.record({
        sent,
        // With the rows of a page that is read again; and with those that share their event ids with a parked one.
        remember: remember || failed || toPark.length > 0,
        parked: toPark,
        mended: failed ? [] : mendedOf(rows, staying),
        ...(failed || readUpTo === undefined ? {} : { readUpTo: { number: readUpTo, at: now() } }),
      });
      if (report.failure !== undefined) throw bus.failed(report.failure);
    },
  };
}

/** The publisher tells entries apart by their sequence: here the index in `toSend`. */
function entriesOf(toSend: SortedRows['toSend']): Parameters<Publisher['publish']>[0] {
  return toSend.map(({ event }, sequence) => ({
    kind: 'event',
    sequence,
    event,
    trace: traceOf(undefined, undefined),
  }));
}

function refusedRows({ toSend }: SortedRows, { refused }: PublishReport): ParkedRow[] {
  return refused.flatMap(
    ({ sequence, reason }) => toSend[sequence]?.parked(`the bus will not take it: ${reason}`) ?? [],
  );
}

function sentEvent({ toSend }: SortedRows, index: number): SentEvent[] {
  const found = toSend[index];
  return found === undefined ? [] : [{ eventId: found.event.eventId, number: found.number }];
}
