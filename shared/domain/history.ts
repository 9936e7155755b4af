import type { InventoryEvent } from '../contracts/inventory-event.ts';
import { type Correction, correctedPosition } from './correction.ts';
import {
  applyUpdate,
  compareUnversioned,
  type Finding,
  isLater,
  isVoided,
  type Position,
  type PositionOutcome,
  type PositionUpdate,
  positionUpdates,
  standsOnCorrection,
  type VersionRange,
} from './position.ts';

/** What one journalled event says of one position. */
export type Statement = {
  readonly event: InventoryEvent;
  readonly update: PositionUpdate;
  /** True when it is the event of a transfer's other position that says it. */
  readonly byCounterpart: boolean;
  /** When the bus took the event, ms UTC, where that is known. */
  readonly takenAt?: number | undefined;
};

/** What does not fit between an event and the one before it. Versions are inclusive, quantities pieces. */
export type HistoryFinding =
  | { readonly kind: 'gap'; readonly missing: VersionRange }
  | Pick<Finding, 'kind' | 'expected' | 'found'>;

/** A statement in its place in the position's history. */
export type ExplainedStatement = Statement & {
  /** True for the one that the cloud's figure stands on. */
  readonly isCurrent: boolean;
  /** True for an event without a version, once the position has versions: it does not count (any more). */
  readonly isSuperseded: boolean;
  /** True for an event that the WMS's ledger does not know, and that a correction shut out. */
  readonly isVoided: boolean;
  readonly finding?: HistoryFinding;
};

/** A correction in its place in the position's history: after the events of the state that the WMS was in. */
export type ExplainedCorrection = {
  readonly correction: Correction;
  /** True for the one that the cloud's figure stands on. */
  readonly isCurrent: boolean;
  /** True once a later correction took the position to an earlier state. */
  readonly isSuperseded: boolean;
};

/** They say what is known of the position from elsewhere; undefined: nothing. */
export type HistoryContext = {
  /** The position as the events before these left it. */
  readonly before?: Position | undefined;
  /** The position as the cloud holds it. */
  readonly cloud?: Position | undefined;
  /** Corrections of the position that stand among these events. */
  readonly corrections?: readonly Correction[];
  /** The latest one that stands before them; `before` does not tell what it shut out. */
  readonly taken?: Correction | undefined;
};

export type PositionHistory = {
  readonly entries: readonly (ExplainedStatement | ExplainedCorrection)[];
  /** The entries that are of events. */
  readonly statements: readonly ExplainedStatement[];
  /** The position as these events leave it; undefined when none of them moved anything. */
  readonly after: Position | undefined;
};

/** What an event says: of its own position, and of a transfer's other one. @param takenAt when the bus took it, ms UTC */
export function statementsOf(event: InventoryEvent, takenAt?: number): Statement[] {
  return positionUpdates(event).map((update, index) => ({
    event,
    update,
    byCounterpart: index > 0,
    takenAt,
  }));
}

/**
 * Puts what the journal says of ONE position in order, versions first, and judges each by the one before with the rule
 * of the fold. Pure; statements may come in any order. Events without a version come after all versions, by time: they
 * are from before the WMS began to number the position, which is no gap then, or were parked. A correction takes the
 * place of what the events before it led to, as the rebuild has it.
 */
export function explainPosition(
  statements: readonly Statement[],
  { before, cloud, corrections = [], taken }: HistoryContext = {},
): PositionHistory {
  const versioned = statements.filter(isVersioned).toSorted(byVersion);
  const unversioned = statements.filter((statement) => !isVersioned(statement)).toSorted(byTime);
  const isNumbered = versioned.some(({ update }) => !update.count);
  let held = afterTaken(before, taken) ?? (isNumbered ? numberedFrom(unversioned) : undefined);
  let latest = taken;
  const explainStatement = (statement: Statement): ExplainedStatement => {
    const { update } = statement;
    const outcome = update.count ? undefined : applyUpdate(held, update);
    const isApplied = outcome?.kind === 'applied';
    const finding = outcome && findingIn(outcome);
    const isShutOut = outcome !== undefined && isVoided(held, update);
    if (isApplied) held = withoutGaps(outcome.position);
    return {
      ...statement,
      isCurrent: isApplied && cloud !== undefined && gaveFigureOf(cloud, update),
      isSuperseded: outcome?.kind === 'refused',
      isVoided: isShutOut,
      ...(finding && { finding }),
    };
  };
  const explainCorrection = (correction: Correction): ExplainedCorrection => {
    const isPassed = latest !== undefined && isLater(latest.at, correction.at);
    const isSuperseded = isPassed || (stateOf(correction).version === null && held?.version !== undefined);
    if (!isSuperseded) {
      held = correctedPosition(correction);
      latest = correction;
    }
    const isCurrent =
      cloud !== undefined && standsOnCorrection(cloud) && cloud.corrected?.at === correction.at;
    return { correction, isCurrent, isSuperseded };
  };
  const entries = inOrder([...versioned, ...unversioned], corrections).map((entry) =>
    'correction' in entry ? explainCorrection(entry.correction) : explainStatement(entry),
  );
  return { entries, statements: entries.filter((entry) => 'event' in entry), after: held };
}

/** True when a correction stands before an event of its position: the WMS was in an earlier state. */
export function standsBefore(
  correction: Correction,
  event: { readonly version?: number | null | undefined; readonly timestamp: string },
): boolean {
  const { version, timestamp } = stateOf(correction);
  if (typeof event.version === 'number') return version !== null && version < event.version;
  return version !== null || isLater(event.timestamp, timestamp);
}

/** The versions that the journal lacks of a position which the cloud holds: gaps, and what comes after its last event. */
export function missingVersions(
  { statements, after }: PositionHistory,
  cloud: Position | undefined,
): VersionRange[] {
  const gaps = statements.flatMap(({ finding }) => (finding?.kind === 'gap' ? [finding.missing] : []));
  const last = after?.version ?? 0;
  const upTo = cloud?.version ?? 0;
  return upTo > last ? [...gaps, [last + 1, upTo]] : gaps;
}

/** The state of the position that a correction is of. */
function stateOf(correction: Correction): { readonly version: number | null; readonly timestamp: string } {
  const position = correctedPosition(correction);
  if (position) return { version: position.version ?? null, timestamp: position.changedAt };
  return { version: correction.found?.version === null ? null : 0, timestamp: correction.at };
}

type Placed = Statement | { readonly correction: Correction };

/** Statements with the corrections between them, each after the statements of its own state. */
function inOrder(statements: readonly Statement[], corrections: readonly Correction[]): Placed[] {
  const placed: Placed[] = [];
  let left = corrections.toSorted(byState);
  for (const statement of statements) {
    const next = left.findIndex((correction) => !standsBefore(correction, statement.update));
    const before = next < 0 ? left : left.slice(0, next);
    placed.push(...before.map((correction) => ({ correction })), statement);
    left = left.slice(before.length);
  }
  return [...placed, ...left.map((correction) => ({ correction }))];
}

function byState(a: Correction, b: Correction): number {
  const [left, right] = [stateOf(a), stateOf(b)];
  if (left.version !== right.version) return (left.version ?? Infinity) - (right.version ?? Infinity);
  const sameVersion = left.version !== null || left.timestamp === right.timestamp;
  const [first, second] = sameVersion ? [a.at, b.at] : [left.timestamp, right.timestamp];
  return first === second ? 0 : isLater(first, second) ? 1 : -1;
}

/** The position before these events, with what the latest correction before them shut out. */
function afterTaken(before: Position | undefined, taken: Correction | undefined): Position | undefined {
  const base = taken && correctedPosition(taken);
  if (base?.corrected === undefined || before === undefined) return before ?? base;
  const isBase = before.version === base.version && before.eventId === undefined;
  return { ...before, corrected: isBase ? base.corrected : { ...base.corrected, passed: true } };
}

function isVersioned({ update }: Statement): boolean {
  return update.version !== null;
}

/** A count that begins or ends tells the version that is there already. */
function byVersion(a: Statement, b: Statement): number {
  const order = (a.update.version ?? 0) - (b.update.version ?? 0);
  return order || Number(a.update.count !== undefined) - Number(b.update.count !== undefined) || byTime(a, b);
}

function byTime({ update: a }: Statement, { update: b }: Statement): number {
  return compareUnversioned({ ...a, changedAt: a.timestamp }, { ...b, changedAt: b.timestamp });
}

/** What stood there before the WMS began to number the position. */
function numberedFrom(unversioned: readonly Statement[]): Position | undefined {
  const first = unversioned.find(({ update }) => !update.count);
  return first && explainPosition([first]).after;
}

/** Gaps are told at the event that comes after them, so that each shows once. */
function withoutGaps({ missing: _told, ...position }: Position): Position {
  return position;
}

function findingIn(outcome: PositionOutcome): HistoryFinding | undefined {
  if (outcome.kind !== 'applied') return undefined;
  if (outcome.finding) {
    const { kind, expected, found } = outcome.finding;
    return { kind, expected, found };
  }
  const [missing] = outcome.position.missing ?? [];
  return missing && { kind: 'gap', missing };
}

function gaveFigureOf(
  cloud: Position,
  { version, timestamp, eventId, resultingOnHand }: PositionUpdate,
): boolean {
  if (cloud.onHand !== resultingOnHand || standsOnCorrection(cloud)) return false;
  return cloud.version === undefined
    ? version === null && cloud.eventId === eventId && cloud.changedAt === timestamp
    : cloud.version === version;
}
