import type { InventoryEvent } from '../contracts/inventory-event.ts';
import {
  applyUpdate,
  compareUnversioned,
  type Finding,
  type Position,
  type PositionOutcome,
  type PositionUpdate,
  positionUpdates,
  type VersionRange,
} from './position.ts';

/** What one journalled event says of one position. */
export type Statement = {
  readonly event: InventoryEvent;
  readonly update: PositionUpdate;
  /** True when it is the event of a transfer's other position that says it. */
  readonly byCounterpart: boolean;
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
  readonly finding?: HistoryFinding;
};

/** Both say what is known of the position from elsewhere; undefined: nothing. */
export type HistoryContext = {
  /** The position as the events before these left it. */
  readonly before?: Position | undefined;
  /** The position as the cloud holds it. */
  readonly cloud?: Position | undefined;
};

export type PositionHistory = {
  readonly statements: readonly ExplainedStatement[];
  /** The position as these events leave it; undefined when none of them moved anything. */
  readonly after: Position | undefined;
};

/** What an event says: of its own position, and of a transfer's other one. */
export function statementsOf(event: InventoryEvent): Statement[] {
  return positionUpdates(event).map((update, index) => ({ event, update, byCounterpart: index > 0 }));
}

/**
 * Puts what the journal says of ONE position in order, versions first, and judges each by the one before with the rule
 * of the fold. Pure; statements may come in any order. Events without a version come after all versions, by time: they
 * are from before the WMS began to number the position, which is no gap then, or were parked.
 */
export function explainPosition(
  statements: readonly Statement[],
  { before, cloud }: HistoryContext = {},
): PositionHistory {
  const versioned = statements.filter(isVersioned).toSorted(byVersion);
  const unversioned = statements.filter((statement) => !isVersioned(statement)).toSorted(byTime);
  const isNumbered = versioned.some(({ update }) => !update.count);
  let held = before ?? (isNumbered ? numberedFrom(unversioned) : undefined);
  const explained = [...versioned, ...unversioned].map((statement): ExplainedStatement => {
    const { update } = statement;
    const outcome = update.count ? undefined : applyUpdate(held, update);
    const isApplied = outcome?.kind === 'applied';
    const finding = outcome && findingIn(outcome);
    if (isApplied) held = withoutGaps(outcome.position);
    return {
      ...statement,
      isCurrent: isApplied && cloud !== undefined && gaveFigureOf(cloud, update),
      isSuperseded: outcome?.kind === 'refused',
      ...(finding && { finding }),
    };
  });
  return { statements: explained, after: held };
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
  if (cloud.onHand !== resultingOnHand) return false;
  return cloud.version === undefined
    ? version === null && cloud.eventId === eventId && cloud.changedAt === timestamp
    : cloud.version === version;
}
