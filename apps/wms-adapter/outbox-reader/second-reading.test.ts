import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openReaderState, type ReaderState } from './reader-state.ts';
import { createSecondReading } from './second-reading.ts';
import { wholeGroups } from './source.ts';

const OVERLAP_MS = 300_000;
const POLL_MS = 1_000;
const PAGE_SIZE = 3;

/** A row: its number is taken at one time and there to be read from another on. Milliseconds. */
interface Row {
  readonly number: bigint;
  readonly committedAt: number;
}

/** A reader of rows that appear as time goes by. */
function setUp(rows: readonly Row[]) {
  let clock = 0;
  const now = () => new Date(clock);
  const state: ReaderState = openReaderState({
    path: ':memory:',
    numbering: 'test',
    startAfter: 0n,
    markEveryMs: POLL_MS,
  });
  const options = { state, overlapMs: OVERLAP_MS, pollMs: POLL_MS, now };
  let secondReading = createSecondReading(options);
  const sent: bigint[] = [];
  const readAgain: bigint[] = [];

  const page = (after: bigint, upTo = 2n ** 62n) => {
    const there = rows
      .filter(({ number, committedAt }) => number > after && number <= upTo && committedAt <= clock)
      .sort((a, b) => (a.number < b.number ? -1 : 1))
      .slice(0, PAGE_SIZE + 1)
      .map(({ number }) => ({ number, values: [] }));
    const { rows: taken, complete } = wholeGroups(there, after, PAGE_SIZE, 'SEQ');
    const numbers = taken.map(({ number }) => number);
    return { numbers, complete, last: numbers.at(-1) ?? after };
  };
  const take = (numbers: readonly bigint[], readUpTo?: bigint) => {
    const news = numbers.filter((number) => state.sentAs(`E-${number}`) === undefined);
    sent.push(...news);
    state.record({
      sent: news.map((number) => ({ eventId: `E-${number}`, number })),
      parked: [],
      mended: [],
      ...(readUpTo === undefined ? {} : { readUpTo: { number: readUpTo, at: now() } }),
    });
  };
  return {
    sent,
    readAgain,
    state,
    /** Looks at the source as the reader does: until nothing is left to be read. */
    poll(atMs: number) {
      clock = Math.max(clock, atMs);
      for (let more = true; more; ) {
        const ahead = page(state.head());
        if (ahead.numbers.length > 0) take(ahead.numbers, ahead.last);
        const range = secondReading.due();
        const again = range && page(range.after, range.upTo);
        if (again) {
          readAgain.push(...again.numbers);
          take(again.numbers);
          secondReading.taken(again);
        }
        state.tidy();
        more = !ahead.complete || again?.complete === false;
      }
    },
    restart() {
      secondReading = createSecondReading(options);
    },
  };
}

describe('Reading again', () => {
  const transaction = fc.record({
    /** Between the taking of the number before and of this one. */
    gapMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 400_000 })),
    /** Between the taking of the number and the commit. */
    lastsMs: fc.oneof(fc.constant(0), fc.constant(OVERLAP_MS), fc.integer({ min: 0, max: OVERLAP_MS })),
  });
  const step = fc.record({
    afterMs: fc.oneof(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 1, max: 700_000 })),
    restart: fc.boolean(),
  });

  test('misses no row that is committed within the overlap, and sends none twice', () => {
    fc.assert(
      fc.property(
        fc.array(transaction, { maxLength: 40 }),
        fc.array(step, { maxLength: 60 }),
        (transactions, steps) => {
          let takenAt = 0;
          const rows = transactions.map(({ gapMs, lastsMs }, index) => {
            takenAt += gapMs;
            return { number: BigInt(index + 1), committedAt: takenAt + lastsMs };
          });
          const reader = setUp(rows);
          let at = 0;
          for (const { afterMs, restart } of steps) {
            at += afterMs;
            if (restart) reader.restart();
            reader.poll(at);
          }
          const end = Math.max(at, ...rows.map(({ committedAt }) => committedAt));
          for (let later = 0; later <= 3 * OVERLAP_MS; later += 10_000) reader.poll(end + later);

          expect(reader.sent.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(rows.map(({ number }) => number));
          expect(reader.state.cursor()).toBe(BigInt(rows.length));
          reader.state.close();
        },
      ),
      { numRuns: 150 },
    );
  });

  test('finds a row that comes 10 s late 20 s later at most, and reads no row all the time', () => {
    const rows = Array.from({ length: 200 }, (_, index) => ({
      number: BigInt(index + 1),
      committedAt: index * 1_000 + (index === 100 ? 10_000 : 0),
    }));
    const reader = setUp(rows);
    let foundAt = 0;
    for (let at = 0; at <= 1_000_000; at += POLL_MS) {
      reader.poll(at);
      if (foundAt === 0 && reader.sent.includes(101n)) foundAt = at;
    }
    expect(foundAt - 110_000).toBeLessThanOrEqual(20_000);
    const times = Map.groupBy(reader.readAgain, String);
    expect(Math.max(...[...times.values()].map((all) => all.length))).toBeLessThanOrEqual(24);
    expect(reader.state.cursor()).toBe(200n);
  });
});
