import type { DeleteResult, ReplayResult, RestoreResult } from '../../../../shared/contracts/quarantine.ts';
import { ApiError, callApi } from '../api.ts';
import { countOf, formatNumber } from '../formats.ts';
import type { MessageFilter } from './message-filter.ts';

/** Which messages are meant: these ids, all that a filter means, or, with a filter of nothing, all. */
export type Meant = { readonly ids: readonly string[] } | { readonly filter: MessageFilter };

type Tell = (progress: string) => void;

/** Messages of one call: few, so that the page can say how far it is. */
const AT_ONCE = 100;

/** A call for a filter works for a minute at most, and is waited for a little longer. Milliseconds. */
const PATIENCE_MS = 90_000;

/** Sends them again, so many a second at most, to the end. Answers with what is said of it. @throws {ApiError} */
export function replayMessages(meant: Meant, perSecond: number, why: string, tell: Tell): Promise<string> {
  // A call with a rate lasts: ten seconds of it are waited for at once.
  const atOnce = Math.min(AT_ONCE, perSecond * 10);
  const body = { perSecond, ...(why && { why }) };
  return doAll('replay', meant, { atOnce, body, perSecond, tell, said: 'sent again' });
}

/** Takes them out of the quarantine, to the end. @throws {ApiError} */
export function deleteMessages(meant: Meant, why: string, tell: Tell): Promise<string> {
  return doAll('delete', meant, { atOnce: AT_ONCE, body: { why }, tell, said: 'deleted' });
}

/** Puts deleted ones back. @throws {ApiError} */
export function restoreMessages(ids: readonly string[], why: string, tell: Tell): Promise<string> {
  const body = why ? { why } : {};
  return doAll('restore', { ids }, { atOnce: AT_ONCE, body, tell, said: 'restored' });
}

type Work = {
  readonly atOnce: number;
  readonly body: object;
  readonly perSecond?: number;
  readonly tell: Tell;
  readonly said: string;
};

type Result = Partial<Pick<ReplayResult, 'replayed'> & Pick<DeleteResult, 'deleted'>> &
  Partial<Pick<RestoreResult, 'restored'>> &
  Pick<ReplayResult, 'unknown'> & { readonly remaining?: number; readonly startedAt?: string };

async function doAll(path: string, meant: Meant, work: Work): Promise<string> {
  const count = { done: 0, unknown: 0 };
  const call = async (which: object) => {
    const body = { ...which, ...work.body };
    const call = { method: 'POST', body, patienceMs: PATIENCE_MS } as const;
    const result = await callApi<Result>(`quarantine/${path}`, call);
    const did = result.replayed ?? result.deleted ?? result.restored ?? 0;
    count.done += did;
    count.unknown += result.unknown.length;
    return { ...result, did };
  };
  try {
    if ('ids' in meant) await doIds(meant.ids, work, call, count);
    else await doFilter(meant.filter, work, call, count);
  } catch (error) {
    if (!(error instanceof ApiError) || count.done === 0) throw error;
    throw new ApiError(
      error.status,
      error.title,
      `${countOf(count.done, 'message')} ${work.said}, then: ${error.message}`,
    );
  }
  const gone = count.unknown > 0 ? ` ${formatNumber(count.unknown)} were not there any more.` : '';
  return `${countOf(count.done, 'message')} ${work.said}.${gone}`;
}

type Call = (which: object) => Promise<Result & { readonly did: number }>;
type Count = { done: number };

async function doIds(
  ids: readonly string[],
  { atOnce, perSecond, tell, said }: Work,
  call: Call,
  count: Count,
): Promise<void> {
  for (let first = 0; first < ids.length; first += atOnce) {
    tell(`${formatNumber(count.done)} of ${formatNumber(ids.length)} ${said} …`);
    const some = ids.slice(first, first + atOnce);
    const begun = Date.now();
    await call({ ids: some });
    // The API keeps the rate within a call.
    const isLast = first + atOnce >= ids.length;
    if (perSecond !== undefined && !isLast) await pause(begun + (some.length / perSecond) * 1_000);
  }
}

/** What is parked anew meanwhile is left alone: calls for the rest end where the first began. */
async function doFilter(
  filter: MessageFilter,
  { tell, said }: Work,
  call: Call,
  count: Count,
): Promise<void> {
  let which: object = Object.keys(filter).length > 0 ? filter : { all: true };
  for (;;) {
    tell(`${countOf(count.done, 'message')} ${said} so far; each call works for a minute at most …`);
    const { did, remaining = 0, startedAt } = await call(which);
    if (remaining === 0 || did === 0) return;
    if (startedAt !== undefined && !('to' in which && isBefore(which.to, startedAt)))
      which = { ...filter, to: startedAt };
  }
}

function isBefore(to: unknown, instant: string): boolean {
  return typeof to === 'string' && Date.parse(to) <= Date.parse(instant);
}

function pause(until: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, until - Date.now())));
}
