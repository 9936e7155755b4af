/**
 * Request units (RU): a MODEL of what Azure charges, not a measurement of it. It interpolates the figures Microsoft publishes
 * ("Request Units in Azure Cosmos DB", "Optimize cost of reads and writes"): a point read of 1 KB costs 1 RU, of 2 KB 1.04, of 16 KB
 * 1.67, of 100 KB 10; a create without indexing 5 RU for 1 KB, 6.29 for 2 KB, 9.52 for 16 KB, 50 for 100 KB; each index term written
 * or removed 0.2 RU; a replace twice a create; patch 0.4 RU an operation more. A batch or bulk request is the sum of its operations. Queries
 * and feeds have no published price; they are modelled as 2.3 RU plus the size read.
 * Sizes are those of the stored JSON, system properties included, in characters (bytes, for ASCII); all results are RU, rounded to 2 places.
 */
export function readCharge(bytes: number): number {
  return round(interpolate(READ, bytes));
}

/** A create that writes `terms` index terms. */
export function createCharge(bytes: number, terms: number): number {
  return round(interpolate(WRITE, bytes) + TERM * terms);
}

/** A replace (or an upsert of an existing item) that changes `changed` terms, old and new counted. */
export function replaceCharge(bytes: number, changed: number): number {
  return round(2 * interpolate(WRITE, bytes) + TERM * changed);
}

/** A patch of `operations` operations. */
export function patchCharge(bytes: number, changed: number, operations: number): number {
  return round(replaceCharge(bytes, changed) + 0.4 * operations);
}

/** A delete that removes `terms` index terms. */
export function deleteCharge(bytes: number, terms: number): number {
  return createCharge(bytes, terms);
}

/** A page of a query that had to load `bytes` bytes of items. */
export function queryCharge(bytes: number): number {
  return round(2.3 + bytes / 1024 / 20);
}

/** A page of a change feed or of a list of items: as one read of its size. */
export function feedCharge(bytes: number): number {
  return readCharge(bytes);
}

/** What an operation costs that failed before it wrote anything, or that only looked at metadata. */
export const MINIMUM_CHARGE = 1;

/** Sums charges without the noise of binary fractions. */
export function round(charge: number): number {
  return Math.round(charge * 100) / 100;
}

const TERM = 0.2;

type Knot = readonly [kilobytes: number, charge: number];
const READ: readonly Knot[] = [
  [1, 1],
  [2, 1.04],
  [16, 1.67],
  [100, 10],
];
const WRITE: readonly Knot[] = [
  [1, 5],
  [2, 6.29],
  [16, 9.52],
  [100, 50],
];

/** Straight lines between the published points; flat below the first, the last slope above the last. */
function interpolate(knots: readonly Knot[], bytes: number): number {
  const kilobytes = bytes / 1024;
  let [fromSize, fromCharge] = knots[0] ?? [0, 0];
  if (kilobytes <= fromSize) return fromCharge;
  let slope = 0;
  for (const [size, charge] of knots.slice(1)) {
    slope = (charge - fromCharge) / (size - fromSize);
    if (kilobytes <= size) return fromCharge + slope * (kilobytes - fromSize);
    [fromSize, fromCharge] = [size, charge];
  }
  return fromCharge + slope * (kilobytes - fromSize);
}
