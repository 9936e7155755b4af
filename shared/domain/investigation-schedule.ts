import type { Investigation, InvestigationStep } from '../contracts/investigation.ts';

/** After how long without anybody moving it on an investigation is reminded of, and escalated; null: never. Milliseconds. */
export type InvestigationDeadlines = {
  readonly remindAfterMs: number | null;
  readonly escalateAfterMs: number | null;
};

/** However little there is to do, an investigation is looked at this often: what woke it may have been lost. */
const LONGEST_SLEEP_MS = 3600_000;

/** A recount is looked for after a quarter of the time it has been waited for, between these. */
const SHORTEST_LOOK_MS = 15_000;
const LONGEST_LOOK_MS = 120_000;

/**
 * A message lives an hour on the bus (`infra/service-bus/topology.json`): what a warehouse has to hear is said again this
 * often, so that one always lies there; a withdrawal for so long, since the warehouse does not answer it.
 */
export const SAY_AGAIN_MS = 30 * 60_000;
const WITHDRAW_FOR_MS = 24 * 3600_000;

/** A webhook that does not answer is tried again after half the time it has been tried, between these. */
const SHORTEST_RETRY_MS = 15_000;
const LONGEST_RETRY_MS = 600_000;

/**
 * Which of the two is due next, and when (milliseconds UTC). Reminders repeat until it is escalated; then nobody is
 * told again until somebody moves it on.
 */
export function nextDeadline(
  investigation: Investigation,
  { remindAfterMs, escalateAfterMs }: InvestigationDeadlines,
): { readonly action: 'remind' | 'escalate'; readonly at: number } | undefined {
  const { status, changedAt, remindedAt, escalatedAt } = investigation;
  const since = Date.parse(changedAt);
  if (status === 'closed' || (escalatedAt !== undefined && Date.parse(escalatedAt) >= since))
    return undefined;
  const reminded = remindedAt === undefined ? since : Math.max(since, Date.parse(remindedAt));
  const remindAt = remindAfterMs === null ? undefined : reminded + remindAfterMs;
  const escalateAt = escalateAfterMs === null ? undefined : since + escalateAfterMs;
  if (escalateAt !== undefined && (remindAt === undefined || escalateAt <= remindAt))
    return { action: 'escalate', at: escalateAt };
  return remindAt === undefined ? undefined : { action: 'remind', at: remindAt };
}

/**
 * The place among its steps of the one that its warehouse has to hear: the recount that is asked, until it has come; the
 * withdrawal of one that had not come, for a day.
 */
export function stepToSayAgain(investigation: Investigation, now: number): number | undefined {
  const { status, steps, recount } = investigation;
  const index = steps.findLastIndex(({ action }) => SAID_TO_WAREHOUSES.includes(action));
  const step = steps[index];
  if (!step || !recount) return undefined;
  const isWanted =
    step.action === 'recount-asked'
      ? status === 'recount-asked'
      : now - Date.parse(step.at) < WITHDRAW_FOR_MS && recount.positions.some(({ counted }) => !counted);
  return isWanted ? index : undefined;
}

/** The steps by which a warehouse learns what to count, and what no longer. */
export const SAID_TO_WAREHOUSES: readonly InvestigationStep['action'][] = [
  'recount-asked',
  'explained',
  'closed',
];

/**
 * When an investigation is to be looked at next, milliseconds UTC; undefined when it is closed, everybody was told and
 * no recount is withdrawn.
 *
 * @param untoldSince time (milliseconds UTC) of the oldest step that somebody has not been told; undefined: none
 */
export function nextLook(
  investigation: Investigation,
  deadlines: InvestigationDeadlines,
  untoldSince: number | undefined,
  now: number,
): number | undefined {
  const { status, recount } = investigation;
  const times: number[] = [];
  if (untoldSince !== undefined)
    times.push(now + between(SHORTEST_RETRY_MS, (now - untoldSince) / 2, LONGEST_RETRY_MS));
  if (status !== 'recount-asked' && stepToSayAgain(investigation, now) !== undefined)
    times.push(now + SAY_AGAIN_MS);
  if (status === 'closed') return times.length > 0 ? Math.min(...times) : undefined;
  if (status === 'recount-asked' && recount) {
    const waited = now - Date.parse(recount.askedAt);
    times.push(now + between(SHORTEST_LOOK_MS, waited / 4, LONGEST_LOOK_MS));
  }
  const deadline = nextDeadline(investigation, deadlines);
  return Math.min(now + LONGEST_SLEEP_MS, deadline?.at ?? Number.POSITIVE_INFINITY, ...times);
}

function between(least: number, value: number, most: number): number {
  return Math.round(Math.min(Math.max(value, least), most));
}
