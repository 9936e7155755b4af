import type { Finding, PositionUpdate } from './position.ts';

/**
 * Checks the journal of ONE position on neighbouring versions: order of arrival can hide a calculation mismatch from
 * the fold, but not from here (architecture, rule 2). Updates may come in any order and repeat.
 */
export function findMismatches(updates: readonly PositionUpdate[]): Finding[] {
  const versioned = updates.filter((update) => update.version !== null);
  const numberedFromStart = versioned.length === updates.length;
  const ordered = versioned.toSorted((a, b) => (a.version ?? 0) - (b.version ?? 0));
  const findings: Finding[] = [];
  let before: PositionUpdate | undefined;
  for (const update of ordered) {
    const finding = compareNeighbours(before, update, numberedFromStart);
    if (finding) findings.push(finding);
    before = update;
  }
  return findings;
}

function compareNeighbours(
  before: PositionUpdate | undefined,
  update: PositionUpdate,
  numberedFromStart: boolean,
): Finding | undefined {
  const { locationId, lotNumber, version, eventId, resultingOnHand: found } = update;
  const describe = (kind: Finding['kind'], expected: number): Finding => ({
    kind,
    locationId,
    lotNumber,
    version,
    eventId,
    expected,
    found,
  });
  if (before?.version === version) {
    return before.resultingOnHand === found
      ? undefined
      : describe('conflicting-event', before.resultingOnHand);
  }
  const first = version === 1 && numberedFromStart ? 0 : undefined;
  const start = before?.version === (version ?? 0) - 1 ? before.resultingOnHand : first;
  if (start === undefined) return undefined;
  const expected = start + update.quantityChange;
  return expected === found ? undefined : describe('calculation-mismatch', expected);
}
