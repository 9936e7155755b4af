import type { Transaction } from '../contracts/transaction.ts';

/**
 * The ledger rule of the warehouse (rule 13 of the architecture): *scan time orders the warehouse*.
 *
 * On hand of a position = its latest count + every delta (receipt, pick, adjustment, either side of a transfer)
 * that was scanned after that count, in whatever order they arrive. Below zero it reads 0 and the rest is a shortfall.
 * What was scanned before the latest count changes nothing, because the count saw it.
 *
 * The corrected scan time is `scannedAt` itself; correction by the device's clock joins with the device registry.
 */
export interface PositionLedger {
  /** Place of the latest count in the order of scans; null while the position was never counted. */
  readonly countKey: string | null;
  /** Pieces: the latest count plus all later deltas; below zero by the shortfall. */
  readonly raw: number;
}

/** A position nobody has booked on yet. */
export const EMPTY_POSITION_LEDGER: PositionLedger = { countKey: null, raw: 0 };

/** What a booking did to a position. All figures are pieces. */
export interface Booking {
  readonly after: PositionLedger;
  /** New on hand − old on hand; 0 for what was scanned before the latest count. */
  readonly effectiveChange: number;
  /** False when a later count had already seen it, so that it is no longer part of any sum. */
  readonly counts: boolean;
}

/** Answers the sum, in pieces, of the position's deltas that come later than `countKey` in the order of scans. */
export type DeltasAfter = (countKey: string) => number;

type Scan = Pick<Transaction, 'scannedAt' | 'scannerId' | 'sequence' | 'transactionId'>;

const SEPARATOR = '\t';
const SEQUENCE_DIGITS = 16;

/**
 * The place of a scan in the total order (scan time, scanner, its sequence, UUID), as a text whose binary order is
 * that order, so that databases can sort and sum by it. A scan without a sequence comes before those that have one.
 */
export function scanKey(scan: Scan): string {
  const sequence = scan.sequence === undefined ? '' : String(scan.sequence).padStart(SEQUENCE_DIGITS, '0');
  return [
    nanosecondTimestamp(scan.scannedAt),
    scan.scannerId,
    sequence,
    scan.transactionId.toLowerCase(),
  ].join(SEPARATOR);
}

/** Books a delta of `quantity` pieces (signed) scanned at `key`. */
export function bookDelta(before: PositionLedger, key: string, quantity: number): Booking {
  const counts = comesAfter(before.countKey, key);
  return booking(before, counts ? { countKey: before.countKey, raw: before.raw + quantity } : before, counts);
}

/** Books a count of `counted` pieces scanned at `key`; `deltasAfter` is asked only when it is the latest count. */
export function bookCount(
  before: PositionLedger,
  key: string,
  counted: number,
  deltasAfter: DeltasAfter,
): Booking {
  const counts = comesAfter(before.countKey, key);
  return booking(before, counts ? { countKey: key, raw: counted + deltasAfter(key) } : before, counts);
}

/** Whether what was scanned at `key` is part of the position's figure: the latest count itself, or a delta scanned after it. */
export function isPartOf({ countKey }: Pick<PositionLedger, 'countKey'>, key: string): boolean {
  return key === countKey || comesAfter(countKey, key);
}

/** Pieces on hand: never below zero. */
export function onHandOf(position: PositionLedger): number {
  return Math.max(position.raw, 0);
}

/** Pieces that were taken away beyond what the books knew of; closes when later bookings lift the position. */
export function shortfallOf(position: PositionLedger): number {
  return Math.max(-position.raw, 0);
}

function comesAfter(countKey: string | null, key: string): boolean {
  return countKey === null || key > countKey;
}

function booking(before: PositionLedger, after: PositionLedger, counts: boolean): Booking {
  return { after, effectiveChange: onHandOf(after) - onHandOf(before), counts };
}

const TIMESTAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(?::(\d\d)(?:\.(\d+))?)?Z$/;

/** Brings every allowed precision to nanoseconds, so that binary order is the order of time. */
function nanosecondTimestamp(timestamp: string): string {
  const [, minutes, seconds = '00', fraction = ''] = TIMESTAMP.exec(timestamp) ?? [];
  if (minutes === undefined) {
    throw new RangeError(`scannedAt is not a UTC timestamp: ${timestamp}`);
  }
  return `${minutes}:${seconds}.${fraction.slice(0, 9).padEnd(9, '0')}Z`;
}
