import type { Investigation } from '../contracts/investigation.ts';

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
 * When an investigation is to be looked at next, milliseconds UTC; undefined when it is closed and everybody was told.
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
  if (status === 'closed') return times[0];
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
