import type { QuarantinedMessage, Selection } from '../contracts/quarantine.ts';
import { type DeadLetter, deadLetterId } from '../ports/dead-letters.ts';
import type { ParkedMessage } from '../ports/quarantine-store.ts';
import type { QuarantinePorts } from './quarantine-ports.ts';
import { fromDeadLetter, itemsOf } from './quarantined-message.ts';

/** What a list, a replay or a deletion is confined to; nothing named means all. Times are ISO 8601 UTC. */
export type MessageFilter = {
  readonly [name in 'state' | 'reason' | 'subscription' | 'itemId' | 'text' | 'from' | 'to']?:
    | string
    | undefined;
};

/** What a filter looks at, of a message as the stores list it or as the API tells it. */
type Filtered = Pick<
  QuarantinedMessage,
  'id' | 'state' | 'reason' | 'subscription' | 'messageId' | 'receivedAt' | 'body'
>;

/** Whether a message is among those a filter means. */
export function filterOf(filter: MessageFilter): (message: Filtered) => boolean {
  const { state, reason, subscription, itemId, text } = filter;
  const from = filter.from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(filter.from);
  const to = filter.to === undefined ? Number.POSITIVE_INFINITY : Date.parse(filter.to);
  return (message) => {
    const receivedAt = Date.parse(message.receivedAt);
    return (
      (state === undefined || message.state === state) &&
      (reason === undefined || message.reason === reason) &&
      (subscription === undefined || message.subscription === subscription) &&
      (text === undefined || message.id.includes(text) || message.messageId.includes(text)) &&
      (itemId === undefined || itemsOf(message.body).includes(itemId)) &&
      receivedAt >= from &&
      receivedAt < to
    );
  };
}

/** A message that was asked for, wherever it waits. */
export type Selected = { readonly id: string; readonly message: ParkedMessage };

export type Work = {
  /** Done to messages before they leave quarantine. */
  readonly handle: (messages: readonly Selected[]) => Promise<void>;
  /** Hands over at most so many at once. */
  readonly atOnce: number;
  /** Stops then, milliseconds UTC. */
  readonly deadline: number;
};

export type Progress = {
  readonly done: number;
  readonly remaining: number;
  readonly unknown: readonly string[];
  /** Where a further call goes on looking, unless all was looked through. */
  readonly continuationToken?: string | undefined;
};

/** Parked messages looked through at once; Table storage has at most 1,000 rows in an answer. */
const LIST_PAGE = 1_000;

/** At most this many dead letters are taken in one call, so that they cannot flood the fold. */
export const DEAD_LETTERS_AT_MOST = 10_000;

/**
 * Takes the messages selected out of quarantine, each when something has been done to it: what fails in between is done
 * twice, and none is lost.
 *
 * @throws {StoreUnavailable} when a part does not answer; what was done until then is out of quarantine
 */
export async function takeSelected(
  ports: QuarantinePorts,
  { ids, ...filter }: Selection,
  work: Work,
): Promise<Progress> {
  return ids ? takeIds(ports, ids, work) : takeMatching(ports, filter, work);
}

async function takeIds(ports: QuarantinePorts, ids: readonly string[], work: Work): Promise<Progress> {
  const parked = await takeParked(ports, [...new Set(ids)], work);
  if (parked.missing.length === 0) return { done: parked.done, remaining: parked.remaining, unknown: [] };
  const wanted = new Set(parked.missing);
  const found = new Set<string>();
  const isWanted = ({ message }: DeadLetter) => {
    const id = deadLetterId(message);
    if (wanted.has(id)) found.add(id);
    return wanted.has(id);
  };
  const letters = await takeLetters(ports, isWanted, work);
  return {
    done: parked.done + letters.taken,
    remaining: parked.remaining + letters.remaining,
    unknown: parked.missing.filter((id) => !found.has(id)),
  };
}

/**
 * All ids first: what is parked again meanwhile is not taken for ever. Half of the time at most is spent on looking, so that there
 * is some to do what was asked for, however many there are; the next call goes on behind what was looked through, when all that was
 * found there is done.
 */
async function takeMatching(
  ports: QuarantinePorts,
  { continuationToken: begin, ...filter }: Omit<Selection, 'ids'>,
  work: Work,
): Promise<Progress> {
  const matches = filterOf(filter);
  const ids: string[] = [];
  const now = ports.runtime.now();
  const lookUntil = now + (work.deadline - now) / 2;
  let end = begin;
  do {
    const page = await ports.parked.list(LIST_PAGE, end, matches);
    ids.push(...page.messages.map(({ id }) => id));
    end = page.continuationToken;
  } while (end !== undefined && ports.runtime.now() < lookUntil);
  const parked = await takeParked(ports, ids, work);
  const letters = await takeLetters(ports, (letter) => matches(fromDeadLetter(letter)), work);
  const unread = end === undefined ? 0 : 1;
  const continuationToken = parked.remaining > 0 ? begin : end;
  return {
    done: parked.done + letters.taken,
    remaining: parked.remaining + letters.remaining + unread,
    unknown: [],
    ...(continuationToken !== undefined && { continuationToken }),
  };
}

type ParkedProgress = Omit<Progress, 'unknown'> & {
  /** Ids under which nothing is parked. */
  readonly missing: readonly string[];
};

async function takeParked(
  { parked, runtime }: QuarantinePorts,
  ids: readonly string[],
  { handle, atOnce, deadline }: Work,
): Promise<ParkedProgress> {
  const missing: string[] = [];
  let done = 0;
  let next = 0;
  for (; next < ids.length && runtime.now() < deadline; next += atOnce) {
    const some = ids.slice(next, next + atOnce);
    const read = await Promise.all(some.map(async (id) => ({ id, message: await parked.get(id) })));
    const found = read.flatMap(({ id, message }) => (message ? [{ id, message }] : []));
    if (found.length > 0) await handle(found);
    await Promise.all(found.map(({ id }) => parked.remove(id)));
    done += found.length;
    missing.push(...read.filter(({ message }) => message === undefined).map(({ id }) => id));
  }
  return { done, remaining: Math.max(ids.length - next, 0), missing };
}

function takeLetters(
  { deadLetters }: QuarantinePorts,
  wanted: (letter: DeadLetter) => boolean,
  { handle, atOnce, deadline }: Work,
) {
  const toSelected = ({ message, reason, detail }: DeadLetter): Selected => ({
    id: deadLetterId(message),
    message: { message, refusal: { reason, detail }, isDeadLetter: true },
  });
  return deadLetters.take(wanted, (letters) => handle(letters.map(toSelected)), {
    ...{ limit: DEAD_LETTERS_AT_MOST, deadline, atOnce },
  });
}
