import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InventoryEvent } from '../../../../shared/contracts/inventory-event.ts';
import type { Publisher, PublishReport } from '../../relay/publisher.ts';
import { openSource } from '../open-source.ts';
import type { OutboxSettings } from '../outbox-settings.ts';
import { createReader, type Reader } from '../reader.ts';
import { openReaderState, type ReaderState } from '../reader-state.ts';
import { beginningOf, type OutboxSource } from '../source.ts';

type Entries = Parameters<Publisher['publish']>[0];

/** The reader on a real source, with a bus and a clock that the test holds. */
export interface ReaderUnderTest {
  readonly reader: Reader;
  readonly state: ReaderState;
  /** Every event that reached the bus, repeats included. */
  readonly onBus: InventoryEvent[];
  readonly log: string[];
  /** Sizes of the pages that were given to the bus. */
  readonly pages: number[];
  /** What the bus does with entries from now on. */
  answerWith(answer: (entries: Entries) => PublishReport): void;
  /** Lets the source fail with this message, or answer again. */
  failSource(message: string | undefined): void;
  /** Moves the clock on. */
  pass(seconds: number): void;
  /** Fulfilled when the reader has looked at the source twice more from its beginning to its end. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export interface ReaderFolder {
  readonly path: string;
  dispose(): Promise<void>;
}

/** A folder for the reader's own file. */
export async function readerFolder(): Promise<ReaderFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'outbox-reader-'));
  return { path: join(folder, 'outbox-reader.db'), dispose: () => rm(folder, { recursive: true }) };
}

const POLL_MS = 2;

/** Starts a reader; it polls every 2 ms of the real clock, and takes its times from the test's. */
export function startReader(connection: string, settings: OutboxSettings, path: string): ReaderUnderTest {
  const { source: table, order } = settings;
  const source = openSource({ WmsSqlConnection: connection }, settings, Math.random);
  const startAfter = beginningOf(order);
  const numbering = `${table.join('.')} by ${order.column.join('.')}`;
  const state = openReaderState({ path, numbering, startAfter, markEveryMs: 1_000 });
  const onBus: InventoryEvent[] = [];
  const log: string[] = [];
  const pages: number[] = [];
  let answer = allSent;
  let sourceFault: string | undefined;
  let clock = Date.parse('2024-11-18T12:00:00Z');
  let emptyPages = 0;

  const watched: OutboxSource = {
    ...source,
    async page(range) {
      if (sourceFault !== undefined) throw new Error(sourceFault);
      const rows = await source.page(range);
      if (rows.length === 0 && range.upTo === undefined) emptyPages += 1;
      return rows;
    },
  };
  const publisher: Publisher = {
    async publish(entries) {
      pages.push(entries.length);
      const report = answer(entries);
      for (const sequence of report.sent) {
        const entry = entries.find((one) => one.sequence === sequence);
        if (entry?.kind === 'event') onBus.push(entry.event);
      }
      return report;
    },
    close: async () => {},
  };
  const reader = createReader({
    settings: { ...settings, pollMilliseconds: POLL_MS },
    source: watched,
    state,
    publisher,
    now: () => new Date(clock),
    random: () => 0,
    log: (line) => log.push(line),
  });
  reader.start();

  return {
    reader,
    state,
    onBus,
    log,
    pages,
    answerWith(next) {
      answer = next;
    },
    failSource(message) {
      sourceFault = message;
    },
    pass(seconds) {
      clock += seconds * 1_000;
    },
    async settled() {
      const until = emptyPages + 3;
      while (emptyPages < until) await new Promise((resolve) => setTimeout(resolve, 1));
    },
    async stop() {
      await reader.stop(1_000);
      await source.close();
      state.close();
    },
  };
}

/** A bus that takes everything. */
export function allSent(entries: Entries): PublishReport {
  return { sent: entries.map(({ sequence }) => sequence), refused: [] };
}

/** A bus that takes nothing. */
export function away(): PublishReport {
  return { sent: [], refused: [], failure: 'ECONNREFUSED' };
}
