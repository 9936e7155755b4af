import type { Correction } from '../domain/correction.ts';
import { hasIdle, moveBackIn, moveIdleOut, type Overflow } from '../domain/overflow.ts';
import { type Finding, type Position, positionKey, sumOnHand } from '../domain/position.ts';
import { compareStock, isRepairable, type PositionDifference, restoreStock } from '../domain/rebuild.ts';
import { emptyStock, onlyKey, type Stock, type StockKey } from '../domain/stock.ts';
import type { JournalStore } from '../ports/journal-store.ts';
import type { Runtime } from '../ports/runtime.ts';
import { type StockStore, StoreUnavailable, type WriteOutcome } from '../ports/stock-store.ts';
import type { StockSweep } from '../ports/stock-sweep.ts';
import { type RecomputedStock, recompute } from './recompute.ts';

export type RebuildPorts = {
  readonly journal: Pick<JournalStore, 'readEvents' | 'readCorrections' | 'correctedStocks'>;
  readonly stock: StockStore;
  readonly sweep: StockSweep;
  readonly runtime: Runtime;
};

export type RebuildOptions = {
  readonly warehouses: ReadonlySet<string>;
  /** Write what the journal says over documents that differ. */
  readonly repair: boolean;
  readonly onProgress?: (report: RebuildReport) => void;
};

/** Examples kept of each list; the counts are of all. */
export const EXAMPLES = 20;

export type RebuildReport = {
  events: number;
  /** Positions whose latest correction by the reconciliation was taken as the base of their events. */
  corrections: number;
  documents: number;
  positions: number;
  equal: number;
  different: number;
  /** Differences that were written over; those left are `different − repaired`. */
  repaired: number;
  /** Stock documents whose total is not the sum of their positions. */
  wrongTotals: number;
  /** Positions with versions that the journal never saw. */
  gaps: number;
  /** Neighbouring versions that contradict each other, and that no correction settled. */
  mismatches: number;
  /** Those that a correction settled: they are history. */
  settledMismatches: number;
  readonly examples: {
    readonly differences: PositionDifference[];
    readonly gaps: (StockKey & Position)[];
    readonly mismatches: (StockKey & Finding)[];
  };
};

/** Documents read at once. */
const READ_AT_ONCE = 100;

/** A document that is written while it is being repaired is compared anew, at most this often. */
const REPAIR_TRIES = 5;

const STORE_TRIES = 8;

/**
 * Recomputes every position from the journal and compares it with the live one (architecture, rule 5). Meant for a
 * drained point: what is still on its way shows as a difference. With `repair`, differing documents are written over,
 * each conditional on what was compared; promises are kept, no version is ever lowered and no correction undone: what the
 * reconciliation corrected while this ran is newer than what was read of the journal.
 *
 * @throws {StoreUnavailable} when journal or stock store do not answer
 */
export async function rebuild(ports: RebuildPorts, options: RebuildOptions): Promise<RebuildReport> {
  const report = emptyReport();
  const journalled = new Set<string>();
  for await (const batch of inBatches(recompute(ports.journal, options.warehouses), READ_AT_ONCE)) {
    for (const { stock } of batch) journalled.add(nameOf(stock));
    for (const recomputed of batch) countJournal(report, recomputed);
    await compareBatch(batch, ports, options, report);
    options.onProgress?.(report);
  }
  for await (const keys of ports.sweep.keys()) {
    const unknown = keys.filter((key) => !journalled.has(nameOf(key)));
    if (unknown.length === 0) continue;
    report.documents += unknown.length;
    const nothing = unknown.map((key) => ({ stock: emptyStock(key), corrections: [] }));
    await compareBatch(nothing, ports, options, report);
    options.onProgress?.(report);
  }
  return report;
}

function emptyReport(): RebuildReport {
  return {
    events: 0,
    corrections: 0,
    documents: 0,
    positions: 0,
    equal: 0,
    different: 0,
    repaired: 0,
    wrongTotals: 0,
    gaps: 0,
    mismatches: 0,
    settledMismatches: 0,
    examples: { differences: [], gaps: [], mismatches: [] },
  };
}

function countJournal(report: RebuildReport, recomputed: RecomputedStock): void {
  const { stock, events, corrections, mismatches, settledMismatches } = recomputed;
  const { itemId, warehouseId } = stock;
  const gaps = stock.positions.filter(({ missing }) => missing !== undefined);
  report.events += events;
  report.corrections += corrections.length;
  report.documents += 1;
  report.gaps += gaps.length;
  report.mismatches += mismatches.length;
  report.settledMismatches += settledMismatches;
  keep(
    report.examples.gaps,
    gaps.map((gap) => ({ itemId, warehouseId, ...gap })),
  );
  keep(
    report.examples.mismatches,
    mismatches.map((mismatch) => ({ itemId, warehouseId, ...mismatch })),
  );
}

/** What the journal says of one document. */
type Journalled = { readonly stock: Stock; readonly corrections: readonly Correction[] };

/** The live side of one document. */
type Live = {
  readonly stock: Stock | undefined;
  readonly etag: string | null;
  readonly overflow: Overflow;
  readonly overflowEtag: string | null;
};

async function compareBatch(
  journals: readonly Journalled[],
  ports: RebuildPorts,
  { repair }: RebuildOptions,
  report: RebuildReport,
): Promise<void> {
  const lives = await readLive(
    journals.map(({ stock }) => stock),
    ports,
  );
  for (const [index, journal] of journals.entries()) {
    const live = lives[index];
    if (!live) continue;
    const differences = compareLive(journal, live);
    const names = [...journal.stock.positions, ...live.overflow.positions, ...(live.stock?.positions ?? [])];
    const positions = new Set(names.map(positionKey)).size;
    report.positions += positions;
    report.different += differences.length;
    report.equal += positions - differences.length;
    keep(report.examples.differences, differences);
    const totalIsWrong = live.stock !== undefined && live.stock.onHand !== sumOnHand(live.stock.positions);
    if (totalIsWrong) report.wrongTotals += 1;
    const repairable = differences.filter(isRepairable).length;
    if (!repair || (repairable === 0 && !totalIsWrong)) continue;
    await repairDocument(journal, live, ports);
    report.repaired += repairable;
    if (totalIsWrong) report.wrongTotals -= 1;
  }
}

function compareLive({ stock, corrections }: Journalled, live: Live): PositionDifference[] {
  return compareStock(stock, live.stock, { resting: live.overflow.positions, corrections });
}

async function readLive(keys: readonly StockKey[], ports: RebuildPorts): Promise<Live[]> {
  const outcomes = await readAll(keys, ports);
  const lives: Live[] = [];
  for (const [index, key] of keys.entries()) {
    const outcome = outcomes[index];
    const stock = outcome?.status === 'found' ? outcome.stock : undefined;
    const etag = outcome?.status === 'found' ? outcome.etag : null;
    const nothing = { overflow: { ...onlyKey(key), positions: [] }, etag: null };
    // Also without a stock document: an overflow that was left behind must not be created a second time.
    const rests = stock === undefined || (stock.overflowed ?? 0) > 0;
    const { overflow, etag: overflowEtag } = rests ? await ports.stock.readOverflow(onlyKey(key)) : nothing;
    lives.push({ stock, etag, overflow, overflowEtag });
  }
  return lives;
}

async function readAll(keys: readonly StockKey[], { stock, runtime }: RebuildPorts) {
  for (let tries = 1; ; tries += 1) {
    const outcomes = await stock.read(keys.map(onlyKey));
    const failure = outcomes.find(({ status }) => status === 'throttled' || status === 'unavailable');
    if (failure === undefined) return outcomes;
    if (tries === STORE_TRIES || !('detail' in failure)) throw toError(failure);
    await runtime.sleep(failure.retryAfterMs ?? 100 * tries);
  }
}

async function repairDocument(journal: Journalled, seen: Live, ports: RebuildPorts): Promise<void> {
  let live: Live | undefined = seen;
  let outcome: WriteOutcome | undefined;
  for (let tries = 1; tries <= REPAIR_TRIES && live; tries += 1) {
    outcome = await writeRestored(journal, live, ports);
    if (outcome.status === 'stored') return;
    if (outcome.status === 'too-large') break;
    if (outcome.status !== 'conflict') await ports.runtime.sleep(outcome.retryAfterMs ?? 200 * tries);
    [live] = await readLive([journal.stock], ports);
  }
  throw toError(outcome);
}

/** Resting positions that differ are woken first; what is idle afterwards rests again, as after a fold. */
async function writeRestored(
  journal: Journalled,
  live: Live,
  { stock: store, runtime }: RebuildPorts,
): Promise<WriteOutcome> {
  const differing = compareLive(journal, live).filter(isRepairable).map(positionKey);
  const awake = live.stock
    ? moveBackIn(live.stock, live.overflow, differing)
    : { stock: undefined, overflow: live.overflow };
  const restored = restoreStock(withoutResting(journal.stock, awake.overflow), awake.stock, journal);
  const touchesOverflow = awake.overflow !== live.overflow || live.stock === undefined;
  if (!touchesOverflow && !hasIdle(restored, runtime.now())) {
    const [outcome] = await store.write([{ stock: restored, etag: live.etag }]);
    return outcome ?? { status: 'unavailable', detail: 'the store left a document unanswered' };
  }
  const resting = await currentOverflow(live, awake.overflow, journal.stock, store);
  const moved = moveIdleOut(counted(restored, resting.overflow), resting.overflow, runtime.now());
  if (moved.overflow.positions.length === 0 && resting.etag === null) {
    const [outcome] = await store.write([{ stock: moved.stock, etag: live.etag }]);
    return outcome ?? { status: 'unavailable', detail: 'the store left a document unanswered' };
  }
  return store.writeWithOverflow({ stock: moved.stock, etag: live.etag }, { ...moved, etag: resting.etag });
}

/** An overflow that was not read yet (no position rested) is read, so that the write can be conditional on it. */
async function currentOverflow(live: Live, overflow: Overflow, key: StockKey, store: StockStore) {
  const wasRead = live.stock === undefined || (live.stock.overflowed ?? 0) > 0;
  return wasRead ? { overflow, etag: live.overflowEtag } : store.readOverflow(onlyKey(key));
}

/** Positions that rest unchanged in the overflow document are not restored into the stock document. */
function withoutResting(journal: Stock, overflow: Overflow): Stock {
  const resting = new Set(overflow.positions.map(positionKey));
  return {
    ...journal,
    positions: journal.positions.filter((position) => !resting.has(positionKey(position))),
  };
}

function counted(stock: Stock, overflow: Overflow): Stock {
  return overflow.positions.length === 0 && stock.overflowed === undefined
    ? stock
    : { ...stock, overflowed: overflow.positions.length };
}

function nameOf({ itemId, warehouseId }: StockKey): string {
  return `${itemId}|${warehouseId}`;
}

function keep<T>(examples: T[], more: readonly T[]): void {
  examples.push(...more.slice(0, Math.max(0, EXAMPLES - examples.length)));
}

function toError(outcome: object | undefined): StoreUnavailable {
  const detail = outcome && 'detail' in outcome ? String(outcome.detail) : undefined;
  const status = outcome && 'status' in outcome ? String(outcome.status) : 'no answer';
  return new StoreUnavailable(detail ?? `A stock document could not be written: ${status}`);
}

async function* inBatches<T>(items: AsyncIterable<T>, size: number): AsyncIterable<T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
