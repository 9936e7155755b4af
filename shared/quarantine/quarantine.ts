import type { QuarantineCounts, QuarantinedMessage, QuarantinePage } from '../contracts/quarantine.ts';
import { type DeadLetterList, deadLetterId } from '../ports/dead-letters.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';
import type { QuarantinePorts } from './quarantine-ports.ts';
import { fromDeadLetter, fromDeleted, fromParked } from './quarantined-message.ts';
import { filterOf, type MessageFilter } from './select.ts';

/** Dead letters shown on the first page; they are rare. */
const DEAD_LETTERS_SHOWN = 100;

/** Dead letters looked through for those that a filter means, and counted. */
const DEAD_LETTERS_LOOKED_THROUGH = 1_000;

/** Parked and deleted messages that are counted, of each at most so many. */
const COUNTED = 10_000;

/** The list does not wait longer for the bus: the parked are shown without it. Milliseconds. */
const LIST_PATIENCE_MS = 5_000;

export type QuarantineQuery = MessageFilter & {
  readonly limit: number;
  readonly continuationToken?: string | undefined;
};

/**
 * Lists what waits in quarantine: dead letters first, then the parked, page by page; or what was deleted. Without the bus
 * the parked are listed all the same, and `deadLettersAvailable` is false.
 *
 * @throws {InvalidContinuationToken}
 * @throws {StoreUnavailable} when the parked cannot be read
 */
export async function listQuarantine(
  ports: QuarantinePorts,
  { limit, continuationToken, ...filter }: QuarantineQuery,
): Promise<QuarantinePage> {
  if (filter.state === 'deleted') return listDeleted(ports, { limit, continuationToken, ...filter });
  const hasFilter = Object.values(filter).some((value) => value !== undefined);
  const matches = filterOf(filter);
  const listParked = async () => {
    const page = await ports.parked.list(limit, continuationToken, hasFilter ? matches : undefined);
    return { ...page, messages: page.messages.map(fromParked) };
  };
  if (continuationToken !== undefined || filter.state === 'parked') return listParked();
  const [{ messages, ...next }, letters] = await Promise.all([
    listParked(),
    listDeadLetters(ports, hasFilter ? DEAD_LETTERS_LOOKED_THROUGH : DEAD_LETTERS_SHOWN + 1),
  ]);
  const found = (letters?.letters ?? []).map(fromDeadLetter).filter(matches);
  return {
    messages: [...found.slice(0, DEAD_LETTERS_SHOWN), ...messages],
    ...toldOf(letters, found),
    ...next,
  };
}

/** The state that a deleted message has here is the one it had before. */
async function listDeleted(
  { deleted }: QuarantinePorts,
  { limit, continuationToken, state: _deleted, ...filter }: QuarantineQuery,
): Promise<QuarantinePage> {
  const page = await deleted.list(limit, continuationToken, filterOf(filter));
  return { ...page, messages: page.messages.map(fromDeleted) };
}

/** What the first page says of dead letters besides those it shows. */
function toldOf(
  list: DeadLetterList | undefined,
  found: readonly QuarantinedMessage[],
): Partial<QuarantinePage> {
  if (!list) return { deadLettersAvailable: false };
  const isCut = found.length > DEAD_LETTERS_SHOWN || list.letters.length === DEAD_LETTERS_LOOKED_THROUGH;
  return {
    deadLettersAvailable: true,
    ...(isCut && { moreDeadLetters: true }),
    ...(list.unread.length > 0 && { unreadPlaces: [...list.unread] }),
  };
}

/** Undefined when the bus does not answer. */
async function listDeadLetters(
  { deadLetters, runtime }: QuarantinePorts,
  limit: number,
): Promise<DeadLetterList | undefined> {
  try {
    return await runtime.within(deadLetters.list(limit), LIST_PATIENCE_MS);
  } catch (error) {
    if (error instanceof StoreUnavailable) return undefined;
    throw error;
  }
}

/**
 * How many there are, by state and reason; of very many only that there are at least so many.
 *
 * @throws {StoreUnavailable} when the storage does not answer
 */
export async function countQuarantine(ports: QuarantinePorts): Promise<QuarantineCounts> {
  const [parked, deleted, list] = await Promise.all([
    ports.parked.count(COUNTED),
    ports.deleted.count(COUNTED),
    listDeadLetters(ports, DEAD_LETTERS_LOOKED_THROUGH),
  ]);
  const letters = list?.letters ?? [];
  const found = [
    ...parked.counts,
    ...deleted.counts.map((count) => ({ ...count, state: 'deleted' })),
    ...letters.map(({ reason }) => ({ state: 'dead-lettered', reason, messages: 1 })),
  ];
  const byKind = Map.groupBy(found, ({ state, reason }) => `${state}|${reason}`);
  const counts = [...byKind.values()].flatMap(([first, ...others]) =>
    first
      ? [{ ...first, messages: others.reduce((sum, { messages }) => sum + messages, first.messages) }]
      : [],
  );
  return {
    counts: counts.sort((a, b) => b.messages - a.messages),
    atLeast: parked.more || deleted.more || letters.length === DEAD_LETTERS_LOOKED_THROUGH,
    deadLettersAvailable: list !== undefined,
  };
}

/** Every byte of a message, wherever it is; undefined when there is none of that id. @throws {StoreUnavailable} */
export async function quarantinedBody(ports: QuarantinePorts, id: string): Promise<Uint8Array | undefined> {
  const kept = (await ports.parked.get(id)) ?? (await ports.deleted.get(id));
  if (kept) return kept.message.body;
  const list = await listDeadLetters(ports, DEAD_LETTERS_LOOKED_THROUGH);
  return list?.letters.find(({ message }) => deadLetterId(message) === id)?.message.body;
}
