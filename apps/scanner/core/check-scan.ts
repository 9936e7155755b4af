import type { Item } from '../../../shared/contracts/master-data.ts';
import { transactionSchema } from '../../../shared/contracts/transaction.ts';
import type { Place } from './device-store.ts';
import type { ScanInput } from './scan.ts';
import type { ScanCheck, ScanDoubt, ScanError, ScanErrorCode, SignedIn } from './scanner-device.ts';

/** Pieces in one scan that nobody is asked about where the item says nothing. */
const USUAL_QUANTITY = 1_000;

/** Milliseconds after the end of a sign-in in which a task that is under way may be finished. */
export const SIGN_IN_GRACE_MS = 30 * 60_000;

/** What the device knows of what a scan names. */
export type ScanFacts = {
  readonly item: Item | undefined;
  /** Where there is a location of this name, and one of the name of the destination. */
  readonly places: readonly Place[];
  readonly destinations: readonly Place[];
  readonly user: SignedIn | undefined;
  /** Of the device. */
  readonly warehouseIds: readonly string[];
  /** Pieces: the server takes no more. */
  readonly maxPieces: number;
  /** Pieces at the position when what waits is booked; undefined where stock was never told. */
  readonly onHand: number | undefined;
  /** Of the lot, as its label said: `YYYY-MM-DD`. */
  readonly expiresOn: string | undefined;
  /** Milliseconds since 1970 UTC. */
  readonly now: number;
};

/** What speaks against a scan: what the server would reject, and what a person is asked about. */
export function checkScan(scan: ScanInput, facts: ScanFacts): ScanCheck {
  const errors = [
    ...userErrors(facts),
    ...itemErrors(scan, facts),
    ...placeErrors(scan, facts),
    ...quantityErrors(scan, facts),
    ...(scan.type === 'adjustment' ? required(scan, 'reason') : []),
  ];
  const named = new Set(errors.map(({ field }) => field));
  const malformed = malformedFields(scan).filter(({ field }) => !named.has(field));
  return { errors: [...errors, ...malformed], doubts: doubtsOf(scan, facts) };
}

function userErrors({ user, now }: ScanFacts): ScanError[] {
  if (user === undefined) return [{ field: 'user', code: 'signed-out' }];
  const isOver = now > Date.parse(user.validUntil) + SIGN_IN_GRACE_MS;
  return isOver ? [{ field: 'user', code: 'sign-in-expired' }] : [];
}

function itemErrors(scan: ScanInput, { item }: ScanFacts): ScanError[] {
  const missing = required(scan, 'itemId');
  if (missing.length > 0) return missing;
  return item === undefined ? [{ field: 'itemId', code: 'unknown-item' }] : [];
}

function placeErrors(scan: ScanInput, facts: ScanFacts): ScanError[] {
  const { warehouseId, locationId, toLocationId } = scan;
  const errors = [...required(scan, 'warehouseId'), ...required(scan, 'locationId')];
  const mine = facts.user?.warehouseIds ?? facts.warehouseIds;
  if (warehouseId && !(mine.includes(warehouseId) && facts.warehouseIds.includes(warehouseId)))
    errors.push({ field: 'warehouseId', code: 'other-warehouse' });
  const location = locationId ? placeError(facts.places, warehouseId) : undefined;
  if (location) errors.push({ field: 'locationId', code: location });
  if (scan.type !== 'transfer') return errors;
  errors.push(...required(scan, 'toLocationId'));
  const destination = toLocationId ? placeError(facts.destinations, warehouseId) : undefined;
  if (destination) errors.push({ field: 'toLocationId', code: destination });
  if (toLocationId && toLocationId === locationId)
    errors.push({ field: 'toLocationId', code: 'same-location' });
  return errors;
}

function placeError(places: readonly Place[], warehouseId: string): ScanErrorCode | undefined {
  if (places.some((place) => place.warehouseId === warehouseId)) return undefined;
  return places.length > 0 ? 'other-warehouse' : 'unknown-location';
}

function quantityErrors({ type, quantity }: ScanInput, { maxPieces }: ScanFacts): ScanError[] {
  const wrong = (code: ScanErrorCode): ScanError[] => [{ field: 'quantity', code }];
  if (!Number.isInteger(quantity)) return wrong('not-whole');
  if (Math.abs(quantity) > maxPieces) return wrong('too-many');
  switch (type) {
    case 'receipt':
    case 'pick':
    case 'transfer':
      return quantity > 0 ? [] : wrong('not-positive');
    case 'adjustment':
      return quantity === 0 ? wrong('zero') : [];
    case 'count':
      return quantity < 0 ? wrong('negative') : [];
  }
}

function required(scan: ScanInput, field: keyof ScanInput): ScanError[] {
  const value = scan[field];
  const isMissing = value === undefined || (typeof value === 'string' && value.trim() === '');
  return isMissing ? [{ field, code: 'required' }] : [];
}

const FIELDS = [
  'type',
  'itemId',
  'warehouseId',
  'locationId',
  'lotNumber',
  'toLocationId',
  'reason',
  'orderId',
  'allocationId',
  'closesAllocation',
  'expectedReceiptId',
  'expectedVersion',
  'acknowledgeLock',
] as const satisfies readonly (keyof ScanInput)[];

/** Fields that the contract of the API would not take, whatever they name. */
function malformedFields(scan: ScanInput): ScanError[] {
  return FIELDS.filter((field) => !transactionSchema.shape[field].safeParse(scan[field]).success).map(
    (field) => ({ field, code: 'malformed' }),
  );
}

function doubtsOf({ type, quantity }: ScanInput, { item, onHand, expiresOn, now }: ScanFacts): ScanDoubt[] {
  const doubts: ScanDoubt[] = [];
  const usual = item?.maxQuantity ?? USUAL_QUANTITY;
  if (Math.abs(quantity) > usual) doubts.push({ kind: 'unusual-quantity', usual });
  const taken = piecesTaken(type, quantity);
  if (onHand !== undefined && taken > onHand) doubts.push({ kind: 'more-than-known', onHand });
  const today = new Date(now).toISOString().slice(0, 10);
  const isMoved = type === 'receipt' || type === 'pick';
  if (isMoved && expiresOn !== undefined && expiresOn < today) doubts.push({ kind: 'expired', expiresOn });
  return doubts;
}

/** Pieces that leave the position. */
function piecesTaken(type: ScanInput['type'], quantity: number): number {
  if (type === 'pick' || type === 'transfer') return quantity;
  return type === 'adjustment' ? -quantity : 0;
}
