import type { ListedDiscrepancy } from '../contracts/investigation.ts';
import type { Place } from './position.ts';

/** So many are named in a sentence; of the others it tells the number. */
const NAMED = 3;

type Count = Place & { readonly onHand: number; readonly expected: number; readonly by: string };

/** What was found, in a sentence or two. */
export function describeFound(found: readonly ListedDiscrepancy[]): string {
  const [first] = found;
  const run = first ? ` by run ${first.runId}` : '';
  return `${found.length} found${run}: ${listed(found, describeDiscrepancy)}.`;
}

function describeDiscrepancy(discrepancy: ListedDiscrepancy): string {
  const { locationId, lotNumber, allocationId, expected, found } = discrepancy;
  const of = allocationId ?? (locationId === null ? 'the stock' : placeName({ locationId, lotNumber }));
  return `${discrepancy.class} of ${of} (WMS ${expected ?? 'nothing'}, cloud ${found ?? 'nothing'})`;
}

/** Positions by name. */
export function describePlaces(places: readonly Place[]): string {
  return listed(places, placeName);
}

/** What was counted: those that do not agree first. */
export function describeCounts(counts: readonly Count[]): string {
  const differing = counts.filter(({ onHand, expected }) => onHand !== expected);
  if (differing.length === 0) return `${counts.length} counted, all as the books say.`;
  const told = listed(
    differing,
    ({ onHand, expected, by, ...place }) => `${placeName(place)} ${onHand} for ${expected} by ${by}`,
  );
  return `${counts.length} counted, ${differing.length} not as the books say: ${told}.`;
}

function placeName({ locationId, lotNumber }: Place): string {
  return lotNumber === null ? locationId : `${locationId}/${lotNumber}`;
}

function listed<T>(all: readonly T[], name: (one: T) => string): string {
  const more = all.length - NAMED;
  return `${all.slice(0, NAMED).map(name).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
