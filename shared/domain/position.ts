import type { InventoryEvent } from '../contracts/inventory-event.ts';

/**
 * A position is a register, not a counter: it holds the figure of the highest version seen, so the order in which
 * events arrive, and how often, cannot change where it ends (architecture, rule 1). Quantities are pieces.
 */
export type Position = {
  readonly locationId: string;
  readonly lotNumber: string | null;
  readonly onHand: number;
  /** The WMS's number of this state; absent while only unversioned events were seen. */
  readonly version?: number;
  /** UTC commit time of the event that gave the figure. */
  readonly changedAt: string;
  /** Second part of the order of unversioned events; absent once the position is versioned. */
  readonly eventId?: string;
  /** Versions not seen yet, as inclusive ranges in ascending order; absent when there is no gap. */
  readonly missing?: readonly VersionRange[];
  /** The reconciliation took the figure from the WMS's own row. Gone with the next event that changes it, but for what is voided from there on. */
  readonly corrected?: CorrectionMark;
};

/** When a position was corrected, UTC, and what never folds since. `passed`: the figure is that of a later event. */
export type CorrectionMark = {
  readonly at: string;
  readonly voided?: readonly VoidedEvent[];
  readonly passed?: true;
};

/** An event that the WMS's ledger does not know: it never folds again (architecture, rule 14). */
export type VoidedEvent = { readonly eventId: string; readonly version: number | null };

export type VersionRange = readonly [from: number, to: number];

/** What one event says of one position. A transfer says it of two. */
export type PositionUpdate = {
  readonly locationId: string;
  readonly lotNumber: string | null;
  readonly quantityChange: number;
  readonly resultingOnHand: number;
  readonly version: number | null;
  readonly timestamp: string;
  readonly eventId: string;
  /**
   * Pieces received, as scanned, and the expected receipt that they fulfil (null: none is named). Absent for whatever else
   * happened. They came also where on hand did not grow by them: a later count had seen them, or a shortfall took them.
   */
  readonly receipt?: { readonly expectedReceiptId: string | null; readonly pieces: number };
  /** A count of the position that began or ended: the figures are those of another update, and change nothing. */
  readonly count?: { readonly lockId: string; readonly until: string; readonly ended: boolean };
};

/** Something in the events that does not add up. The WMS's figure was taken all the same. */
export type Finding = {
  readonly kind: 'calculation-mismatch' | 'conflicting-event';
  readonly locationId: string;
  readonly lotNumber: string | null;
  readonly version: number | null;
  readonly eventId: string;
  /** Pieces: what the cloud's own arithmetic, or the figure already held, says. */
  readonly expected: number;
  /** Pieces: what the event says. */
  readonly found: number;
};

export type PositionOutcome =
  | { readonly kind: 'applied'; readonly position: Position; readonly finding?: Finding }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'refused'; readonly reason: 'unversioned-event-for-versioned-position' };

/** Gaps kept apart per position; beyond that the oldest two are reported as one, which may name versions that came. */
const MAX_GAPS = 16;

const UNCHANGED: PositionOutcome = { kind: 'unchanged' };
const REFUSED: PositionOutcome = { kind: 'refused', reason: 'unversioned-event-for-versioned-position' };

/** Applies one update to the position held (undefined: none yet). Pure; the result is the same in whatever order updates come. */
export function applyUpdate(held: Position | undefined, update: PositionUpdate): PositionOutcome {
  if (isVoided(held, update)) return UNCHANGED;
  return update.version === null
    ? applyUnversioned(held, update)
    : applyVersioned(held, update, update.version);
}

/** True for an event that a correction of the position shut out. */
export function isVoided(held: Position | undefined, { eventId }: Pick<PositionUpdate, 'eventId'>): boolean {
  return held?.corrected?.voided?.some((voided) => voided.eventId === eventId) ?? false;
}

/** True when the position's figure is the WMS's own row, as a correction took it. */
export function standsOnCorrection({ corrected }: Position): boolean {
  return corrected !== undefined && corrected.passed === undefined;
}

/** Where a position is within its stock. */
export type Place = Pick<Position, 'locationId' | 'lotNumber'>;

/** Identifies a position within its stock document. `|` cannot occur in a location or lot. */
export function positionKey({ locationId, lotNumber }: Place): string {
  return `${locationId}|${lotNumber ?? ''}`;
}

/** Pieces on hand in all of them, each counted once. */
export function sumOnHand(positions: readonly Position[]): number {
  return eachOnce(positions).reduce((sum, { onHand }) => sum + onHand, 0);
}

/** A document that somebody edited may name a position twice: the last counts. */
export function eachOnce(positions: readonly Position[]): readonly Position[] {
  const last = new Map(positions.map((position) => [positionKey(position), position]));
  return last.size === positions.length ? positions : [...last.values()];
}

/** The one or two updates of an event: its own position, and the counterpart of a transfer. */
export function positionUpdates(event: InventoryEvent): PositionUpdate[] {
  const { eventId, timestamp, counterpart, expectedReceiptId = null } = event;
  const figures: PositionUpdate = {
    locationId: event.locationId,
    lotNumber: event.lotNumber,
    quantityChange: event.quantityChange,
    resultingOnHand: event.resultingOnHand,
    version: event.version ?? null,
    timestamp,
    eventId,
  };
  if (event.countLock)
    return [{ ...figures, count: { ...event.countLock, ended: event.eventType === 'InventoryCountEnded' } }];
  const isReceipt = event.eventType === 'InventoryReceipt';
  const pieces = event.scannedQuantity ?? event.quantityChange;
  const own = isReceipt ? { ...figures, receipt: { expectedReceiptId, pieces } } : figures;
  return counterpart ? [own, { ...counterpart, timestamp, eventId }] : [own];
}

/** True when the first instant is later than the second; both ISO 8601 UTC, of whatever precision. */
export function isLater(timestamp: string, than: string): boolean {
  if (timestamp.length === than.length) return timestamp > than;
  return sortableTimestamp(timestamp) > sortableTimestamp(than);
}

/** The order of what gave two unversioned figures: by commit time, then event id. Negative when the first is older. */
export function compareUnversioned(
  a: Pick<Position, 'changedAt' | 'eventId'>,
  b: Pick<Position, 'changedAt' | 'eventId'>,
): number {
  const left = `${sortableTimestamp(a.changedAt)}|${a.eventId ?? ''}`;
  const right = `${sortableTimestamp(b.changedAt)}|${b.eventId ?? ''}`;
  return left === right ? 0 : left < right ? -1 : 1;
}

/** A timestamp in a form that orders as text, whatever precision it was written with. */
function sortableTimestamp(timestamp: string): string {
  const [seconds = '', fraction = ''] = timestamp.slice(0, -1).split('.');
  return `${seconds}.${fraction.padEnd(9, '0')}`;
}

function applyVersioned(
  held: Position | undefined,
  update: PositionUpdate,
  version: number,
): PositionOutcome {
  const heldVersion = held?.version ?? 0;
  if (version > heldVersion) {
    const finding = mismatch(held, update, version);
    const missing = numberedLater(held) ? undefined : withGap(held?.missing, heldVersion + 1, version - 1);
    const position = {
      ...versionedPosition(update, update.resultingOnHand, version, missing),
      ...stillVoided(held, missing?.[0]?.[0] ?? version),
    };
    return finding ? { kind: 'applied', position, finding } : { kind: 'applied', position };
  }
  if (held === undefined) return UNCHANGED;
  if (version === heldVersion) return applySameVersion(held, update, version);
  return closeGap(held, version);
}

/** True for a position that existed before the WMS began to number it: what came before its first number is no gap. */
function numberedLater(held: Position | undefined): boolean {
  return held !== undefined && held.version === undefined;
}

/** What is voided from a version on that can still change something: those below it cannot. */
function stillVoided(held: Position | undefined, version: number): Pick<Position, 'corrected'> {
  const voided = held?.corrected?.voided?.filter(
    (event) => event.version === null || event.version >= version,
  );
  return held?.corrected && voided && voided.length > 0
    ? { corrected: { at: held.corrected.at, voided, passed: true } }
    : {};
}

/**
 * Two figures for one version: the lower one stands, since it never promises too much and does not depend on the order.
 * Against the WMS's own row none stands.
 */
function applySameVersion(held: Position, update: PositionUpdate, version: number): PositionOutcome {
  if (held.onHand === update.resultingOnHand || standsOnCorrection(held)) return UNCHANGED;
  const onHand = Math.min(held.onHand, update.resultingOnHand);
  const finding = findingOf('conflicting-event', update, held.onHand);
  return { kind: 'applied', position: { ...held, onHand, version }, finding };
}

function closeGap(held: Position, version: number): PositionOutcome {
  const gap = held.missing?.find(([from, to]) => from <= version && version <= to);
  if (!gap) return UNCHANGED;
  const missing = (held.missing ?? []).flatMap((range) =>
    range === gap ? without(range, version) : [range],
  );
  const { missing: _closed, ...rest } = held;
  return { kind: 'applied', position: missing.length > 0 ? { ...rest, missing } : rest };
}

function applyUnversioned(held: Position | undefined, update: PositionUpdate): PositionOutcome {
  if (held?.version !== undefined) return REFUSED;
  if (held === undefined)
    return { kind: 'applied', position: unversionedPosition(update, update.resultingOnHand) };
  if (standsOnCorrection(held) && !isLater(update.timestamp, held.changedAt)) return UNCHANGED;
  const order = compareUnversioned({ ...update, changedAt: update.timestamp }, held);
  if (order < 0) return UNCHANGED;
  if (order === 0) {
    if (held.onHand === update.resultingOnHand) return UNCHANGED;
    const onHand = Math.min(held.onHand, update.resultingOnHand);
    return {
      kind: 'applied',
      position: { ...unversionedPosition(update, onHand), ...stillVoided(held, 0) },
      finding: findingOf('conflicting-event', update, held.onHand),
    };
  }
  const position = { ...unversionedPosition(update, update.resultingOnHand), ...stillVoided(held, 0) };
  const expected = held.onHand + update.quantityChange;
  return expected === update.resultingOnHand
    ? { kind: 'applied', position }
    : { kind: 'applied', position, finding: findingOf('calculation-mismatch', update, expected) };
}

/** Only neighbouring versions can be compared; before version 1 a position never heard of held nothing. */
function mismatch(held: Position | undefined, update: PositionUpdate, version: number): Finding | undefined {
  const before =
    held === undefined && version === 1 ? 0 : held?.version === version - 1 ? held.onHand : undefined;
  if (before === undefined) return undefined;
  const expected = before + update.quantityChange;
  return expected === update.resultingOnHand
    ? undefined
    : findingOf('calculation-mismatch', update, expected);
}

function findingOf(kind: Finding['kind'], update: PositionUpdate, expected: number): Finding {
  const { locationId, lotNumber, version, eventId, resultingOnHand } = update;
  return { kind, locationId, lotNumber, version, eventId, expected, found: resultingOnHand };
}

function versionedPosition(
  update: PositionUpdate,
  onHand: number,
  version: number,
  missing: readonly VersionRange[] | undefined,
): Position {
  const { locationId, lotNumber, timestamp: changedAt } = update;
  return missing === undefined
    ? { locationId, lotNumber, onHand, version, changedAt }
    : { locationId, lotNumber, onHand, version, changedAt, missing };
}

function unversionedPosition(update: PositionUpdate, onHand: number): Position {
  const { locationId, lotNumber, timestamp: changedAt, eventId } = update;
  return { locationId, lotNumber, onHand, changedAt, eventId };
}

function withGap(
  missing: readonly VersionRange[] | undefined,
  from: number,
  to: number,
): readonly VersionRange[] | undefined {
  if (from > to) return missing;
  const ranges: VersionRange[] = [...(missing ?? []), [from, to]];
  if (ranges.length <= MAX_GAPS) return ranges;
  const [first, second, ...rest] = ranges;
  return first && second ? [[first[0], second[1]], ...rest] : ranges;
}

function without([from, to]: VersionRange, version: number): VersionRange[] {
  const parts: VersionRange[] = [
    [from, version - 1],
    [version + 1, to],
  ];
  return parts.filter(([start, end]) => start <= end);
}
