import { type CallResult, callUntilDone, NotReached } from '../../../../shared/contracts/call-until-done.ts';
import type { DeleteResult, ReplayResult, RestoreResult } from '../../../../shared/contracts/quarantine.ts';
import { ApiError, asApiError, callApi } from '../api.ts';
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

/** Which messages one call is for. */
type Which = MessageFilter & {
  readonly ids?: readonly string[];
  readonly all?: true;
  readonly continuationToken?: string | undefined;
};

async function doAll(path: string, meant: Meant, work: Work): Promise<string> {
  const count = { done: 0, unknown: 0 };
  const call = (which: Which) => callOnce(path, { ...which, ...work.body });
  try {
    if ('ids' in meant) await doIds(meant.ids, work, call, count);
    else await doFilter(meant.filter, work, call, count);
  } catch (caught) {
    throw endedBy(caught, count.done, work.said);
  }
  const were = count.unknown === 1 ? 'was' : 'were';
  const gone = count.unknown > 0 ? ` ${formatNumber(count.unknown)} ${were} not there any more.` : '';
  return `${countOf(count.done, 'message')} ${work.said}.${gone}`;
}

type Result = Partial<ReplayResult & DeleteResult & RestoreResult> & Pick<ReplayResult, 'unknown'>;

async function callOnce(path: string, body: object): Promise<CallResult> {
  const call = { method: 'POST', body, patienceMs: PATIENCE_MS } as const;
  const result = await callApi<Result>(`quarantine/${path}`, call);
  const done = result.replayed ?? result.deleted ?? result.restored ?? 0;
  return { remaining: 0, startedAt: '', ...result, done };
}

/** Says how many it was done to before something came in between. */
function endedBy(caught: unknown, done: number, said: string): ApiError {
  const error =
    caught instanceof NotReached
      ? new ApiError(0, 'Not all were reached', `${caught.message}.`)
      : asApiError(caught);
  if (done === 0) return error;
  const { status, title, message } = error;
  return new ApiError(status, title, `${countOf(done, 'message')} ${said}, then: ${message}`);
}

type Call = (which: Which) => Promise<CallResult>;
type Count = { done: number; unknown: number };

async function doIds(
  ids: readonly string[],
  { atOnce, perSecond, tell, said }: Work,
  call: Call,
  count: Count,
): Promise<void> {
  const show = () => tell(`${formatNumber(count.done)} of ${formatNumber(ids.length)} ${said} …`);
  show();
  for (let first = 0; first < ids.length; first += atOnce) {
    const some = ids.slice(first, first + atOnce);
    const begun = Date.now();
    await doPart({ ids: some }, call, count, show);
    // The API keeps the rate within a call.
    const isLast = first + atOnce >= ids.length;
    if (perSecond !== undefined && !isLast) await pause(begun + (some.length / perSecond) * 1_000);
  }
}

async function doFilter(
  filter: MessageFilter,
  { tell, said }: Work,
  call: Call,
  count: Count,
): Promise<void> {
  const show = () =>
    tell(`${countOf(count.done, 'message')} ${said} so far; each call works for a minute at most …`);
  show();
  await doPart(Object.keys(filter).length > 0 ? filter : { all: true }, call, count, show);
}

/** To the end, and adds it to the count. */
async function doPart(which: Which, call: Call, count: Count, show: () => void): Promise<void> {
  const before = count.done;
  const { unknown } = await callUntilDone(call, which, (done) => {
    count.done = before + done;
    show();
  });
  count.unknown += unknown.length;
}

function pause(until: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, until - Date.now())));
}
