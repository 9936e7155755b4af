import type { InventoryEvent } from '../contracts/inventory-event.ts';
import { type Correction, correctStock } from '../domain/correction.ts';
import { findMismatches } from '../domain/journal.ts';
import {
  type Finding,
  isVoided,
  type Position,
  type PositionUpdate,
  positionKey,
  positionUpdates,
} from '../domain/position.ts';
import { emptyStock, foldStock, type Stock, type StockKey } from '../domain/stock.ts';
import type { JournalStore } from '../ports/journal-store.ts';

/** What the journal says of an item in a warehouse. */
export type RecomputedStock = {
  readonly stock: Stock;
  readonly events: number;
  /** The latest correction of each position that has one: the base on which its events were folded. */
  readonly corrections: readonly Correction[];
  /** Neighbouring versions that contradict each other, found whatever order the events once arrived in. */
  readonly mismatches: readonly Finding[];
  /** How many more there were, before a correction or with an event that one shut out. */
  readonly settledMismatches: number;
};

/**
 * Recomputes every stock document from journalled events with the fold that the projection uses, each corrected position
 * from its latest correction on (architecture, rule 14). The events of one item and warehouse come together
 * (`JournalStore.readEvents`), so memory holds one document's history at a time, and the names of corrected ones. What
 * has corrections and no events comes last.
 *
 * @throws {Error} when the events of a document come in two runs, since each would be taken for the whole
 */
export async function* recompute(
  journal: Pick<JournalStore, 'readEvents' | 'readCorrections' | 'correctedStocks'>,
  warehouses: Iterable<string>,
): AsyncIterable<RecomputedStock> {
  const corrected = new Map<string, StockKey>();
  for await (const keys of journal.correctedStocks(warehouses))
    for (const key of keys) corrected.set(nameOf(key), key);
  for await (const { key, events } of histories(journal.readEvents(warehouses))) {
    const isCorrected = corrected.delete(nameOf(key));
    yield recomputeStock(key, events, isCorrected ? await journal.readCorrections(key) : []);
  }
  for (const key of corrected.values()) yield recomputeStock(key, [], await journal.readCorrections(key));
}

type History = { readonly key: StockKey; readonly events: readonly InventoryEvent[] };

/** The events of each item and warehouse. */
async function* histories(pages: AsyncIterable<readonly InventoryEvent[]>): AsyncIterable<History> {
  const begun = new Set<string>();
  let current: { key: StockKey; events: InventoryEvent[] } | undefined;
  for await (const page of pages) {
    for (const event of page) {
      if (event.itemId !== current?.key.itemId || event.warehouseId !== current.key.warehouseId) {
        if (current) yield current;
        const { itemId, warehouseId } = event;
        current = { key: { itemId, warehouseId }, events: [] };
        const name = nameOf(event);
        if (begun.has(name)) throw new Error(`The journal returned the events of ${name} in two runs.`);
        begun.add(name);
      }
      current.events.push(event);
    }
  }
  if (current) yield current;
}

/**
 * Folds the whole history of one item in one warehouse. Pure. Unversioned events come first, as they did: what came
 * before the WMS began to number a position is no gap.
 */
function recomputeStock(
  key: StockKey,
  events: readonly InventoryEvent[],
  corrections: readonly Correction[],
): RecomputedStock {
  const all = events.flatMap(positionUpdates);
  const [versioned, unversioned] = [all.filter(isVersioned), all.filter((update) => !isVersioned(update))];
  const updates = [...unversioned, ...versioned];
  const latest = [
    ...new Map(corrections.map((correction) => [positionKey(correction), correction])).values(),
  ];
  const base = latest.length > 0 ? correctStock(emptyStock(key), latest) : undefined;
  const { stock } = foldStock(base, key, updates);
  const movements = byPosition(updates.filter(({ count }) => !count));
  return {
    stock: base ? { ...stock, asOf: newestOf(key, updates) ?? base.asOf } : stock,
    events: events.length,
    corrections: latest,
    ...mismatchesOf(movements, base?.positions ?? []),
  };
}

/** When the newest of the events was committed, whether a correction has passed it or not. */
function newestOf(key: StockKey, updates: readonly PositionUpdate[]): string | undefined {
  return foldStock(undefined, key, updates).stock.asOf || undefined;
}

/**
 * Mismatches of positions. What a corrected position was before its correction, and events that this shut out, say
 * nothing of where it stands now: contradictions there are history, and are only counted.
 */
function mismatchesOf(
  movements: ReadonlyMap<string, readonly PositionUpdate[]>,
  bases: readonly Position[],
): Pick<RecomputedStock, 'mismatches' | 'settledMismatches'> {
  const corrected = new Map(bases.map((base) => [positionKey(base), base]));
  const mismatches: Finding[] = [];
  let settledMismatches = 0;
  for (const [name, updates] of movements) {
    const base = corrected.get(name);
    const all = findMismatches(updates);
    const standing = base ? findMismatches(sinceCorrection(updates, base)) : all;
    mismatches.push(...standing);
    settledMismatches += all.filter(
      (finding) => !standing.some((other) => isSameEvent(other, finding)),
    ).length;
  }
  return { mismatches, settledMismatches };
}

/** The updates that a corrected position can still take, after what the WMS's own row says. */
function sinceCorrection(updates: readonly PositionUpdate[], base: Position): PositionUpdate[] {
  const { locationId, lotNumber, onHand, version = null, changedAt: timestamp } = base;
  const row = { locationId, lotNumber, quantityChange: onHand, resultingOnHand: onHand, version, timestamp };
  const later = updates.filter(
    (update) => !isVoided(base, update) && (update.version === null || update.version > (version ?? 0)),
  );
  return [{ ...row, eventId: '' }, ...later];
}

function isSameEvent(a: Finding, b: Finding): boolean {
  return a.eventId === b.eventId && a.version === b.version;
}

function isVersioned({ version }: PositionUpdate): boolean {
  return version !== null;
}

function byPosition(updates: readonly PositionUpdate[]): Map<string, PositionUpdate[]> {
  const positions = new Map<string, PositionUpdate[]>();
  for (const update of updates) {
    const name = positionKey(update);
    const known = positions.get(name);
    if (known) known.push(update);
    else positions.set(name, [update]);
  }
  return positions;
}

function nameOf({ itemId, warehouseId }: StockKey): string {
  return `${itemId}|${warehouseId}`;
}
