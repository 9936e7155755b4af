import { positionKey } from '../../../shared/domain/position.ts';
import type { PositionDifference } from '../../../shared/domain/rebuild.ts';
import type { CompletionReport } from '../../../shared/journal/complete-journal.ts';
import { EXAMPLES, type RebuildReport } from '../../../shared/journal/rebuild.ts';
import { type KnownBacklog, waitingPlaces } from '../look-at-backlog.ts';
import { count } from '../table.ts';

/** True when the live positions are what the journal says, or have been made so. */
export function agrees({ different, repaired, wrongTotals }: RebuildReport): boolean {
  return different === repaired && wrongTotals === 0;
}

/** What a comparison of journal and live positions found, line by line. */
export function rebuildLines(report: RebuildReport): string[] {
  const {
    events,
    corrections,
    documents,
    positions,
    equal,
    different,
    repaired,
    wrongTotals,
    gaps,
    mismatches,
    settledMismatches,
    examples,
  } = report;
  return [
    `${count(positions)} positions of ${count(documents)} stock documents recomputed from ${count(events)} events: ${count(equal)} equal, ${count(different)} different${repaired > 0 ? `, ${count(repaired)} repaired` : ''}.`,
    ...list(different, examples.differences.map(describeDifference)),
    ...(corrections > 0
      ? [
          `${count(corrections)} of the positions begin with what the reconciliation corrected: what came before it changes nothing.`,
        ]
      : []),
    ...(wrongTotals > 0
      ? [`${count(wrongTotals)} stock documents whose total is not the sum of their positions.`]
      : []),
    `${count(gaps)} positions with versions the journal never saw; ${count(mismatches)} neighbouring versions that contradict each other${settledMismatches > 0 ? `, and ${count(settledMismatches)} more that a correction settled` : ''}.`,
    ...list(
      gaps,
      examples.gaps.map(({ itemId, warehouseId, missing = [], ...position }) => {
        const ranges = missing.map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`)).join(', ');
        return `gap: ${itemId} ${warehouseId} ${positionKey(position)} lacks version ${ranges}`;
      }),
    ),
    ...list(
      mismatches,
      examples.mismatches.map(
        ({ itemId, warehouseId, eventId, expected, found, kind, version, ...position }) =>
          `${kind}: ${itemId} ${warehouseId} ${positionKey(position)} version ${version}, event ${eventId}: ${expected} expected, ${found} told`,
      ),
    ),
    ...advice(report),
  ];
}

/** What the comparison of the journal with the WMS ledger found, line by line. */
export function completionLines(report: CompletionReport): string[] {
  const { published, present, missing, written, different, unpublished, examples } = report;
  return [
    `${count(published)} events in the WMS ledger: ${count(present)} were in the journal, ${count(missing)} missing, ${count(written)} written, ${count(different)} different.`,
    ...list(
      different,
      examples.different.map((name) => `different: ${name}`),
    ),
    ...(unpublished > 0
      ? [`${count(unpublished)} journalled events are not in the WMS ledger (another sender's).`]
      : []),
  ];
}

/** Why a difference may be no more than a message on its way. */
export function backlogLines(backlog: KnownBacklog): string[] {
  if ('unknown' in backlog) return [`Whether this is a drained point is not known: ${backlog.unknown}.`];
  const places = waitingPlaces(backlog.places);
  if (places === '') return ['Nothing waits on the bus: this is a drained point.'];
  return [
    `Not a drained point: messages wait in ${places}. What is on its way shows as a difference; run this again when they are through.`,
  ];
}

function describeDifference({ kind, itemId, warehouseId, journal, cloud, ...position }: PositionDifference) {
  return `${kind}: ${itemId} ${warehouseId} ${positionKey(position)}: journal ${side(journal)}, cloud ${side(cloud)}`;
}

function side(figures: PositionDifference['journal']): string {
  if (figures === null) return 'knows nothing';
  const version = figures.version === null ? 'unversioned' : `version ${figures.version}`;
  return `${figures.onHand} pieces (${version})`;
}

function advice({ different, repaired, examples }: RebuildReport): string[] {
  if (different === repaired) return [];
  const journalLacks = examples.differences.some(({ kind }) => kind === 'ahead' || kind === 'unjournalled');
  return journalLacks
    ? [
        'The cloud knows events that the journal lacks: `npm run rebuild -- --journal` fetches them from the WMS ledger.',
      ]
    : ['`npm run rebuild -- --repair` writes what the journal says.'];
}

function list(total: number, lines: readonly string[]): string[] {
  const more = total - lines.length;
  return [
    ...lines.map((line) => `  ${line}`),
    ...(more > 0 ? [`  … and ${count(more)} more (the first ${EXAMPLES} are shown)`] : []),
  ];
}
