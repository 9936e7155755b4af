import type { Publisher } from '../relay/publisher.ts';
import { createAvailability, type PartState } from './availability.ts';
import { createEventMapping } from './event-mapping.ts';
import type { OutboxSettings } from './outbox-settings.ts';
import { type ReplayReport, type ReplayRequest, replayParked } from './parked-replay.ts';
import { createPassLoop, createTurns } from './pass-loop.ts';
import type { ReaderState } from './reader-state.ts';
import { createRowSender } from './row-sender.ts';
import { createSecondReading } from './second-reading.ts';
import { beginningOf, type OutboxSource, type PageRange, wholeGroups } from './source.ts';
import { plainName } from './sql-name.ts';

export interface ReaderOptions {
  readonly settings: OutboxSettings;
  readonly source: OutboxSource;
  readonly state: ReaderState;
  readonly publisher: Publisher;
  readonly now: () => Date;
  readonly random: () => number;
  /** Told once when the WMS database or the bus goes away and once when it is back, not at every attempt. */
  readonly log: (line: string) => void;
}

/** How the reader is. */
export interface ReaderStatus {
  readonly source: PartState;
  readonly bus: PartState;
  /** When the source last answered. */
  readonly lastReadAt: Date | undefined;
  /** When no row of the source waited to be sent, last; of one that was never so far, when the reader was made. */
  readonly caughtUpAt: Date;
  /** Whether the last page was full: more rows wait. */
  readonly behind: boolean;
  /** Rows that make no event. */
  readonly parked: number;
  /** Whether all numbers of the source are lower than what was read: its numbering seems to have begun anew. */
  readonly numberingWentBack: boolean;
  /** Whether rows are left out since they have something else for a number. */
  readonly misnumbered: boolean;
}

export interface Reader {
  /** Begins to read. */
  start(): void;
  status(): ReaderStatus;
  /**
   * Reads parked rows again and sends those that are at fault no longer.
   * @throws PartAwayError; what was replayed before stays replayed
   */
  replay(request: ReplayRequest): Promise<ReplayReport>;
  /** Lets the page under way end for at most `graceMs`, then stops. What was not sent is read again after a start. */
  stop(graceMs: number): Promise<void>;
}

/** How often it is looked at whether the numbering of the source began anew, milliseconds. */
const NUMBERING_CHECK_MS = 60_000;

/**
 * Moves events from the WMS's own table to the bus, in the order of the order column, each until the bus has
 * acknowledged it: at least once. One page is in memory at a time; while the bus or the WMS database is away it waits
 * with backoff. How far it is stands in `state` only.
 */
export function createReader(options: ReaderOptions): Reader {
  const { settings, source, state, publisher, now, random, log } = options;
  const { order, pageSize, pollMilliseconds: pollMs } = settings;
  const name = plainName(settings.source);
  const database = createAvailability(`The WMS database (${name})`, now, log);
  const bus = createAvailability('Service Bus', now, log);
  const mapping = createEventMapping(settings);
  const sender = createRowSender({
    mapping,
    state,
    publisher,
    bus,
    kind: order.kind,
    source: name,
    now,
    log,
  });
  const secondReading =
    order.kind === 'overlap'
      ? createSecondReading({ state, overlapMs: order.overlapSeconds * 1_000, pollMs, now })
      : undefined;
  let lastReadAt: Date | undefined;
  let caughtUpAt = now();
  let behind = false;
  let numberingCheckedAt = Number.NEGATIVE_INFINITY;
  let numberingWentBack = false;
  let numbersCheckedUpTo = beginningOf(order);
  let misnumbered = '';

  async function readPage(range: Omit<PageRange, 'limit'>) {
    const { rows, complete } = await database.reach(async () => {
      // One more than a page tells whether the last number of the page has further rows.
      const read = await source.page({ ...range, limit: pageSize + 1 });
      return wholeGroups(read, range.after, pageSize, plainName(order.column));
    });
    lastReadAt = now();
    return { rows, complete, last: rows.at(-1)?.number ?? range.after };
  }

  /** One page of new rows and, where rows may come late, one of those that were read before. */
  async function pass(): Promise<number> {
    const ahead = await readPage({ after: state.head() });
    // Also where the bus, which is asked now and then without any rows, is away.
    if (ahead.rows.length === 0) caughtUpAt = now();
    await sender.send(ahead.rows, ahead.rows.length > 0 ? ahead.last : undefined);
    behind = !ahead.complete;
    if (!behind) caughtUpAt = now();
    let allRead = true;
    if (secondReading === undefined) state.settle(state.head());
    const range = secondReading?.due();
    if (secondReading !== undefined && range !== undefined) {
      const page = await readPage(range);
      if (page.rows.length > 0) await sender.send(page.rows);
      secondReading.taken(page);
      allRead = page.complete;
    }
    state.tidy();
    if (behind || !allRead) return 0;
    await checkNumbering();
    return pollMs;
  }

  /** A table that was emptied and numbers from 1 again would be passed over in silence, and so would a row that has no number. */
  async function checkNumbering(): Promise<void> {
    if (now().getTime() - numberingCheckedAt < NUMBERING_CHECK_MS) return;
    const odd = await database.reach(() => source.misnumbered(numbersCheckedUpTo));
    // What was found is looked for again, until it is mended.
    if (odd.length === 0) numbersCheckedUpTo = state.cursor();
    tellMisnumbered(odd.join(', '));
    const highest = await database.reach(source.highest);
    numberingCheckedAt = now().getTime();
    const wentBack = highest !== undefined && highest < state.head();
    if (wentBack && !numberingWentBack) {
      log(
        `The highest number in ${name} is ${highest}, but ${state.head()} was read before: if its numbering began anew, stop the adapter and remove its file outbox-reader.db`,
      );
    }
    numberingWentBack = wentBack;
  }

  function tellMisnumbered(values: string): void {
    if (values !== '' && values !== misnumbered)
      log(
        `Rows of ${name} are left out, for column ${plainName(order.column)} holds ${values} where it must hold whole numbers`,
      );
    misnumbered = values;
  }

  const inTurn = createTurns();
  const loop = createPassLoop(() => inTurn(pass), random, log);

  return {
    start: loop.start,
    status: () => ({
      source: database.state(),
      bus: bus.state(),
      lastReadAt,
      caughtUpAt,
      behind,
      parked: state.parked.count(),
      numberingWentBack,
      misnumbered: misnumbered !== '',
    }),
    replay: (request) =>
      replayParked(request, {
        parked: state.parked,
        readAgain: (numbers) =>
          inTurn(async () => {
            const rows = await database.reach(() => source.rowsAt(numbers));
            await sender.send(rows, undefined, true);
            return rows;
          }),
        drop(gone) {
          for (const { id, content } of gone) log(`Parked row ${id} is no longer in ${name}: ${content}`);
          state.record({ sent: [], parked: [], mended: gone.map(({ id }) => id) });
        },
        now,
      }),
    async stop(graceMs) {
      const { promise: graceIsOver, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, graceMs);
      await Promise.race([loop.stop(), graceIsOver]);
      clearTimeout(timer);
      // Ends what is still under way.
      await publisher.close();
    },
  };
}
