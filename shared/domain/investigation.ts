import {
  type Investigation,
  type InvestigationStatus,
  type InvestigationStep,
  type ListedDiscrepancy,
  placeSchema,
} from '../contracts/investigation.ts';
import { describeCounts, describeFound, describePlaces } from './investigation-words.ts';
import { type Place, positionKey } from './position.ts';

/** What can happen to an investigation that is there. */
export type InvestigationAction =
  | 'add'
  | 'assign'
  | 'ask-recount'
  | 'take-counts'
  | 'explain'
  | 'close'
  | 'remind'
  | 'escalate';

const OPEN = ['opened', 'assigned', 'recount-asked', 'recounted', 'explained'] as const;

/**
 * What may happen in which status. A recount that is asked is waited for, or ended by an explanation; nobody closes what
 * nobody explained; what is closed stays as it is, and a new discrepancy opens a new investigation.
 */
export const ALLOWED: Readonly<Record<InvestigationAction, readonly InvestigationStatus[]>> = {
  add: OPEN,
  assign: OPEN,
  'ask-recount': ['opened', 'assigned', 'recounted', 'explained'],
  'take-counts': ['recount-asked'],
  explain: OPEN,
  close: ['explained'],
  remind: OPEN,
  escalate: OPEN,
};

/** Why something may not happen. `status`: not while it stands so; the others: there is nothing that could be counted. */
export type InvestigationRefusal = {
  readonly status: 'refused';
  readonly reason: 'status' | 'whole-warehouse' | 'no-position';
  readonly investigation: Investigation;
};

export type Transition =
  | { readonly status: 'changed'; readonly investigation: Investigation }
  | { readonly status: 'unchanged'; readonly investigation: Investigation }
  | InvestigationRefusal;

/** Who did what nobody did. */
const BY_ITSELF = 'reconciliation';

/** So many discrepancies, and steps, are kept: the newest. */
export const KEPT_DISCREPANCIES = 50;
export const KEPT_STEPS = 100;

type Positions = NonNullable<Investigation['recount']>['positions'];
/** A count of a position: pieces counted, what the books said before, when (UTC), and by whom. */
export type PositionCount = Place & NonNullable<Positions[number]['counted']>;

/** `{warehouseId}:{itemId}:{number}`; the number counts up per item and warehouse, from 1. */
function investigationIdOf(warehouseId: string, itemId: string | null, number: number): string {
  return `${warehouseId}:${itemId ?? ''}:${number}`;
}

/** The number in an investigation's id. */
export function numberOf({ investigationId }: Pick<Investigation, 'investigationId'>): number {
  return Number(investigationId.slice(investigationId.lastIndexOf(':') + 1));
}

/** A new investigation of what was found. `at`: UTC. */
export function openInvestigation(
  {
    warehouseId,
    itemId,
    number,
  }: { readonly warehouseId: string; readonly itemId: string | null; readonly number: number },
  found: readonly ListedDiscrepancy[],
  at: string,
): Investigation {
  const investigation: Investigation = {
    investigationId: investigationIdOf(warehouseId, itemId, number),
    ...{ warehouseId, itemId, status: 'opened', openedAt: at, changedAt: at },
    discrepancyCount: found.length,
    discrepancies: newestOf(found),
    ...{ steps: [], stepCount: 0 },
  };
  return withStep(investigation, {
    ...{ at, by: BY_ITSELF, action: 'opened' },
    detail: describeFound(found),
  });
}

/**
 * The same with more discrepancies; one that is listed already is known by its run and id. Of more than 50 of one run
 * those first by id are listed: of the others only the number is kept, and a call that repeats a listed one adds none of
 * them. What was explained has to be explained anew.
 */
export function addDiscrepancies(
  investigation: Investigation,
  found: readonly ListedDiscrepancy[],
  at: string,
): Transition {
  if (isRefused(investigation, 'add')) return refusal(investigation);
  const listed = new Set(investigation.discrepancies.map(nameOf));
  const fresh = found.filter((discrepancy) => !listed.has(nameOf(discrepancy)));
  const discrepancies = newestOf([...investigation.discrepancies, ...fresh]);
  const isRepeat = fresh.length < found.length && !discrepancies.some((kept) => fresh.includes(kept));
  if (fresh.length === 0 || isRepeat) return { status: 'unchanged', investigation };
  const { status, assignee, discrepancyCount } = investigation;
  const reopened = assignee === undefined ? 'opened' : 'assigned';
  return changed(
    {
      ...investigation,
      status: status === 'explained' ? reopened : status,
      discrepancyCount: discrepancyCount + fresh.length,
      discrepancies,
    },
    { at, by: BY_ITSELF, action: 'added', detail: describeFound(fresh) },
  );
}

/** Gives it to somebody, or to somebody else. */
export function assign(
  investigation: Investigation,
  {
    by,
    assignee,
    note,
  }: { readonly by: string; readonly assignee: string; readonly note?: string | undefined },
  at: string,
): Transition {
  if (isRefused(investigation, 'assign')) return refusal(investigation);
  const { status } = investigation;
  return changed(
    { ...investigation, status: status === 'opened' ? 'assigned' : status, assignee, changedAt: at },
    { at, by, action: 'assigned', detail: noted(`Given to ${assignee}.`, note) },
  );
}

/** The positions that its discrepancies are about and that can be asked to be counted, each once. */
export function positionsAtIssue({ discrepancies }: Investigation): Place[] {
  // A WMS may keep ids that no message takes.
  const places = discrepancies.flatMap((discrepancy) => placeSchema.safeParse(discrepancy).data ?? []);
  return [...new Map(places.map((place) => [positionKey(place), place])).values()];
}

/** What the cloud holds of a position: its version, 0 where it holds none, and when that was committed (UTC, by the WMS's clock). */
export type CloudVersion = { readonly sinceVersion: number; readonly sinceChangedAt?: string };

/** Asks the warehouse to count these positions anew; `sinceVersion` and `sinceChangedAt` of each are what the cloud knows of it now. */
export function askRecount(
  investigation: Investigation,
  {
    by,
    positions,
    note,
  }: {
    readonly by: string;
    readonly positions: readonly (Place & CloudVersion)[];
    readonly note?: string | undefined;
  },
  at: string,
): Transition {
  if (isRefused(investigation, 'ask-recount')) return refusal(investigation);
  if (investigation.itemId === null) return refusal(investigation, 'whole-warehouse');
  if (positions.length === 0) return refusal(investigation, 'no-position');
  const recount = { askedAt: at, askedBy: by, note: note ?? '', positions: [...positions] };
  return changed(
    { ...investigation, status: 'recount-asked', recount, changedAt: at },
    { at, by, action: 'recount-asked', detail: noted(`To be counted: ${describePlaces(positions)}.`, note) },
  );
}

/**
 * Takes the counts that have come. When each position has one: all agree with the books, and it is closed; one does not,
 * or the runs have found more since the recount was asked, and it stays open.
 */
export function takeCounts(
  investigation: Investigation,
  counts: readonly PositionCount[],
  at: string,
): Transition {
  const { recount } = investigation;
  if (isRefused(investigation, 'take-counts') || !recount) return refusal(investigation);
  const byPosition = new Map(counts.map((count) => [positionKey(count), count]));
  let isNews = false;
  const positions = recount.positions.map((position) => {
    const count = byPosition.get(positionKey(position));
    if (position.counted || !count) return position;
    isNews = true;
    const { onHand, expected, at: countedAt, by } = count;
    return { ...position, counted: { onHand, expected, at: countedAt, by } };
  });
  if (!isNews) return { status: 'unchanged', investigation };
  const counting = { ...investigation, recount: { ...recount, positions }, changedAt: at };
  const counted = positions.flatMap(({ locationId, lotNumber, counted }) =>
    counted ? [{ locationId, lotNumber, ...counted }] : [],
  );
  if (counted.length < positions.length) return { status: 'changed', investigation: counting };
  return concludeRecount(counting, counted, at);
}

function concludeRecount(counting: Investigation, counted: readonly PositionCount[], at: string): Transition {
  const step = { at, by: BY_ITSELF, action: 'recounted', detail: describeCounts(counted) } as const;
  const recounted = withStep({ ...counting, status: 'recounted' }, step);
  if (counted.some(({ onHand, expected }) => onHand !== expected) || hasFoundMoreSinceAsked(counting))
    return { status: 'changed', investigation: recounted };
  return changed(
    { ...recounted, status: 'closed', closedAt: at, closedBecause: 'recount-agreed' },
    { at, by: BY_ITSELF, action: 'closed', detail: 'The recount agrees with the books.' },
  );
}

function hasFoundMoreSinceAsked({ steps }: Investigation): boolean {
  const asked = steps.findLastIndex(({ action }) => action === 'recount-asked');
  return steps.slice(asked + 1).some(({ action }) => action === 'added');
}

/** Says what the cause was. A recount that has not come is no longer waited for. */
export function explain(
  investigation: Investigation,
  explanation: Pick<NonNullable<Investigation['explanation']>, 'by' | 'cause' | 'text'>,
  at: string,
): Transition {
  if (isRefused(investigation, 'explain')) return refusal(investigation);
  const { by, cause, text } = explanation;
  return changed(
    { ...investigation, status: 'explained', explanation: { cause, text, by, at }, changedAt: at },
    { at, by, action: 'explained', detail: `${cause}: ${text}` },
  );
}

/** Closes what has been explained. */
export function close(
  investigation: Investigation,
  { by, note }: { readonly by: string; readonly note?: string | undefined },
  at: string,
): Transition {
  if (isRefused(investigation, 'close')) return refusal(investigation);
  return changed(
    { ...investigation, status: 'closed', closedAt: at, closedBecause: 'by-user', changedAt: at },
    { at, by, action: 'closed', detail: noted('Explained, and closed.', note) },
  );
}

/** Reminds whoever has it that nothing has happened. */
export function remind(investigation: Investigation, at: string): Transition {
  if (isRefused(investigation, 'remind')) return refusal(investigation);
  return changed(
    { ...investigation, remindedAt: at },
    { at, by: BY_ITSELF, action: 'reminded', detail: describeIdle(investigation) },
  );
}

/** Tells those above that nothing has happened for long. */
export function escalate(investigation: Investigation, at: string): Transition {
  if (isRefused(investigation, 'escalate')) return refusal(investigation);
  return changed(
    { ...investigation, escalatedAt: at },
    { at, by: BY_ITSELF, action: 'escalated', detail: describeIdle(investigation) },
  );
}

function describeIdle({ changedAt, assignee, status }: Investigation): string {
  const who = assignee === undefined ? 'Nobody has it' : `${assignee} has it`;
  return `${who} (${status}); nobody has moved it on since ${changedAt}.`;
}

function isRefused({ status }: Investigation, action: InvestigationAction): boolean {
  return !ALLOWED[action].includes(status);
}

function refusal(
  investigation: Investigation,
  reason: InvestigationRefusal['reason'] = 'status',
): InvestigationRefusal {
  return { status: 'refused', reason, investigation };
}

function changed(investigation: Investigation, step: InvestigationStep): Transition {
  return { status: 'changed', investigation: withStep(investigation, step) };
}

function withStep(investigation: Investigation, step: InvestigationStep): Investigation {
  const { steps, stepCount } = investigation;
  return { ...investigation, steps: [...steps, step].slice(-KEPT_STEPS), stepCount: stepCount + 1 };
}

function noted(sentence: string, note: string | undefined): string {
  return note ? `${sentence} ${note}` : sentence;
}

function nameOf({ runId, discrepancyId }: ListedDiscrepancy): string {
  return `${runId} ${discrepancyId}`;
}

/** The newest first; those of one run by id, so that a call that is repeated keeps the same ones. */
function newestOf(discrepancies: readonly ListedDiscrepancy[]): ListedDiscrepancy[] {
  const once = new Map(discrepancies.map((discrepancy) => [nameOf(discrepancy), discrepancy]));
  return [...once.values()]
    .sort((a, b) => compare(b.runId, a.runId) || compare(a.discrepancyId, b.discrepancyId))
    .slice(0, KEPT_DISCREPANCIES);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
