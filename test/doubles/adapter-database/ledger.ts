import {
  type BookingLookup,
  type BookingWrites,
  deltaSumKey,
  type LedgerResult,
  positionKeyText,
} from '../../../apps/wms-adapter/database.ts';
import type { Transaction, TransactionFlag } from '../../../shared/contracts/transaction.ts';
import { onHandOf, shortfallOf } from '../../../shared/domain/ledger.ts';
import { sealed } from '../sealed.ts';
import { check } from './constraint.ts';
import type { Tables } from './memory.ts';
import type { Position } from './positions.ts';
import { insert, listOf } from './sorted.ts';

/** A transaction, with the answer it was given. */
export type LedgerRow = LedgerResult & {
  readonly transaction: Transaction;
  /** As corrected. */
  readonly scannedAt: string;
  readonly committedAt: string;
  readonly flags: readonly TransactionFlag[];
};

/** What a transaction did to a position. Figures are pieces, those of the position are as it was after it. */
export type Movement = {
  readonly row: LedgerRow;
  readonly scanKey: string;
  readonly version: number;
  readonly kind: 'delta' | 'count';
  readonly quantity: number;
  readonly effectiveChange: number;
  readonly onHand: number;
  readonly shortfall: number;
  readonly recountLockId: string | undefined;
};

export type LedgerTables = {
  /** By transaction id in lower case. */
  readonly ledger: Map<string, LedgerRow>;
  /** Transaction ids in lower case, in the order of the bookings: the place, from 1 on, is the ledger id. */
  readonly ledgerOrder: string[];
  /** In the order of scans. */
  readonly movements: Map<Position, Movement[]>;
  /** Those with a recount lock, in the order of scans. */
  readonly toRecount: Map<Position, Movement[]>;
  /** The highest version that a count has given. */
  readonly countedVersion: Map<Position, number>;
  /** Which versions a transaction gave to which positions. */
  readonly moved: Map<LedgerRow, readonly (readonly [Position, number])[]>;
  /** The last call in which a scan was refused, by scanner id. */
  readonly refusedCalls: Map<string, number>;
};

export function noLedger(): LedgerTables {
  return {
    ledger: new Map(),
    ledgerOrder: [],
    movements: new Map(),
    toRecount: new Map(),
    countedVersion: new Map(),
    moved: new Map(),
    refusedCalls: new Map(),
  };
}

/** By transaction id in lower case. */
export function readLedger({ ledger }: Tables, transactionIds: readonly string[]): Map<string, LedgerResult> {
  const found = new Map<string, LedgerResult>();
  for (const id of transactionIds) {
    const row = ledger.get(id);
    if (row) found.set(id, { bodyHash: row.bodyHash, onHand: row.onHand, version: row.version });
  }
  return found;
}

/** By scanner id. */
export function readRefusedCalls(
  { refusedCalls }: Tables,
  scannerIds: readonly string[],
): Map<string, number> {
  const found = new Map<string, number>();
  for (const scannerId of scannerIds) {
    const call = refusedCalls.get(scannerId);
    if (call !== undefined) found.set(scannerId, call);
  }
  return found;
}

/** By `deltaSumKey`: of the counts that are later than the latest. */
export function readDeltaSums(tables: Tables, counts: BookingLookup['counts']): Map<string, number> {
  const found = new Map<string, number>();
  for (const { position: key, scanKey } of counts) {
    const position = tables.positions.get(positionKeyText(key));
    if (position === undefined || scanKey <= (tables.figures.get(position)?.state.countKey ?? '')) continue;
    found.set(deltaSumKey(key, scanKey), sumAfter(tables.movements.get(position) ?? [], scanKey));
  }
  return found;
}

function sumAfter(movements: readonly Movement[], scanKey: string): number {
  let sum = 0;
  for (let place = movements.length - 1; place >= 0; place -= 1) {
    const movement = movements[place];
    if (movement === undefined || movement.scanKey <= scanKey) break;
    if (movement.kind === 'delta') sum += movement.quantity;
  }
  return sum;
}

/** @throws {ConstraintError} */
export function checkLedger(
  { ledger: known }: Tables,
  { ledger, movements, positions }: BookingWrites,
): void {
  const written = new Set<string>();
  for (const { transaction } of ledger) {
    const id = transaction.transactionId.toLowerCase();
    check(!known.has(id) && !written.has(id), () => `the transaction ${id} is in the ledger already`);
    written.add(id);
  }
  const booked = new Set<string>();
  for (const { key } of positions) booked.add(positionKeyText(key));
  const places = new Set<string>();
  for (const { transactionId, position, scanKey } of movements) {
    const name = positionKeyText(position);
    check(booked.has(name), () => `${name} has moved without being written`);
    check(
      written.has(transactionId.toLowerCase()),
      () => `${transactionId} moves ${name} without being in the ledger`,
    );
    // Earlier movements are of other transactions, whose ids end their places in the order of scans.
    const place = movements.length > 1 ? `${scanKey}|${name}` : '';
    check(!places.has(place), () => `${name} is moved twice by the scan ${scanKey}`);
    places.add(place);
  }
}

/** The positions are written before. */
export function writeLedger(
  tables: Tables,
  { ledger, movements }: Pick<BookingWrites, 'ledger' | 'movements'>,
): void {
  for (const { transaction, bodyHash, onHand, version, scannedAt, committedAt, flags } of ledger) {
    const id = transaction.transactionId.toLowerCase();
    const body = { transaction: sealed(transaction), flags: sealed(flags) };
    tables.ledger.set(id, { ...{ bodyHash, onHand, version, scannedAt, committedAt }, ...body });
    tables.ledgerOrder.push(id);
  }
  for (const movement of movements) {
    const row = tables.ledger.get(movement.transactionId.toLowerCase());
    const position = tables.positions.get(positionKeyText(movement.position));
    if (row && position) addMovement(tables, position, row, movement);
  }
}

function addMovement(
  tables: Tables,
  position: Position,
  row: LedgerRow,
  booked: BookingWrites['movements'][number],
): void {
  const { scanKey, kind, quantity, effectiveChange, after, recountLockId } = booked;
  const { version } = after;
  const movement: Movement = {
    ...{ row, scanKey, version, kind, quantity, effectiveChange, recountLockId },
    ...{ onHand: onHandOf(after), shortfall: shortfallOf(after) },
  };
  const comesLater = (other: Movement) => other.scanKey > scanKey;
  insert(listOf(tables.movements, position), movement, comesLater);
  if (recountLockId !== undefined) insert(listOf(tables.toRecount, position), movement, comesLater);
  if (kind === 'count')
    tables.countedVersion.set(position, Math.max(version, tables.countedVersion.get(position) ?? 0));
  const moved = [position, version] as const;
  tables.moved.set(row, [...(tables.moved.get(row) ?? []), moved]);
}
