import type {
  QuarantinedMessage,
  QuarantinePage,
  ReplayRequest,
  ReplayResult,
} from '../contracts/quarantine.ts';
import type { DeadLetter, DeadLetterQueue, ReplayCount, Replayer } from '../ports/dead-letters.ts';
import type { ParkedSummary, QuarantineStore } from '../ports/quarantine-store.ts';
import { bodyPreview } from '../ports/received-message.ts';
import type { Runtime } from '../ports/runtime.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';

export type QuarantinePorts = {
  readonly parked: QuarantineStore;
  readonly deadLetters: DeadLetterQueue;
  readonly replayer: Replayer;
  readonly runtime: Pick<Runtime, 'now' | 'within'>;
};

/** Dead letters shown on the first page; they are rare. */
const DEAD_LETTERS_SHOWN = 100;

/** The list does not wait longer for the bus: the parked are shown without it. Milliseconds. */
const LIST_PATIENCE_MS = 5_000;

/** Parked messages looked through at once; Table storage has at most 1,000 rows in an answer. */
const LIST_PAGE = 1_000;

/** Parked messages read, sent and removed together. */
const REPLAY_AT_ONCE = 100;

/** One call sends for so long; whoever asked is told what is left. Milliseconds. */
const REPLAY_MS = 60_000;

/** At most this many dead letters go back in one call or one tick of the timer, so that they cannot flood the fold. */
const DEAD_LETTERS_PER_REPLAY = 10_000;

/**
 * Lists what waits in quarantine: dead letters first, then the parked, page by page. Without the bus the parked are
 * listed all the same, and `deadLettersAvailable` is false.
 *
 * @throws {InvalidContinuationToken}
 * @throws {StoreUnavailable} when the parked cannot be read
 */
export async function listQuarantine(
  ports: QuarantinePorts,
  limit: number,
  continuationToken?: string,
): Promise<QuarantinePage> {
  if (continuationToken !== undefined) {
    const { messages, ...next } = await ports.parked.list(limit, continuationToken);
    return { messages: messages.map(fromParked), ...next };
  }
  const [{ messages, ...next }, letters] = await Promise.all([
    ports.parked.list(limit),
    listDeadLetters(ports),
  ]);
  return {
    messages: [...(letters ?? []).map(fromDeadLetter), ...messages.map(fromParked)],
    deadLettersAvailable: letters !== undefined,
    ...next,
  };
}

/** Undefined when the bus does not answer. */
async function listDeadLetters({ deadLetters, runtime }: QuarantinePorts): Promise<DeadLetter[] | undefined> {
  try {
    return await runtime.within(deadLetters.list(DEAD_LETTERS_SHOWN), LIST_PATIENCE_MS);
  } catch (error) {
    if (error instanceof StoreUnavailable) return undefined;
    throw error;
  }
}

/** Every byte of a parked message; undefined when there is none of that id. */
export async function parkedBody(ports: QuarantinePorts, id: string): Promise<Uint8Array | undefined> {
  return (await ports.parked.get(id))?.message.body;
}

/**
 * Sends messages again: the ids named, else those of a reason, else all, for a minute at most. Dead letters go to the
 * subscription they came from; the parked are decided anew, and what is still wrong with them parks them again.
 *
 * @throws {StoreUnavailable} when a part does not answer; what was sent until then is out of quarantine
 */
export async function replayQuarantine(
  ports: QuarantinePorts,
  request: ReplayRequest,
): Promise<ReplayResult> {
  const deadline = ports.runtime.now() + REPLAY_MS;
  return request.ids
    ? replayIds(ports, request.ids, deadline)
    : replayMatching(ports, request.reason, deadline);
}

/** Brings back what the bus gave up on although nothing was wrong with it: too many deliveries, or too long a wait. */
export async function recoverDeadLetters({ deadLetters, runtime }: QuarantinePorts): Promise<number> {
  const recoverable = new Set(['MaxDeliveryCountExceeded', 'TTLExpiredException']);
  const { replayed } = await deadLetters.replay(
    ({ reason }) => recoverable.has(reason),
    DEAD_LETTERS_PER_REPLAY,
    runtime.now() + REPLAY_MS,
  );
  return replayed;
}

async function replayIds(
  ports: QuarantinePorts,
  ids: readonly string[],
  deadline: number,
): Promise<ReplayResult> {
  const parked = await replayParked(ports, [...new Set(ids)], deadline);
  if (parked.missing.length === 0)
    return { replayed: parked.replayed, remaining: parked.remaining, unknown: [] };
  const wanted = new Set(parked.missing);
  const found = new Set<string>();
  const letters = await ports.deadLetters.replay(
    (letter) => {
      const id = deadLetterId(letter);
      if (wanted.has(id)) found.add(id);
      return wanted.has(id);
    },
    wanted.size,
    deadline,
  );
  return {
    replayed: parked.replayed + letters.replayed,
    remaining: parked.remaining + letters.remaining,
    unknown: parked.missing.filter((id) => !found.has(id)),
  };
}

/** All ids first: what is parked again meanwhile is not replayed for ever. */
async function replayMatching(
  ports: QuarantinePorts,
  reason: string | undefined,
  deadline: number,
): Promise<ReplayResult> {
  const matches = (candidate: string) => reason === undefined || candidate === reason;
  const ids: string[] = [];
  let continuationToken: string | undefined;
  do {
    const page = await ports.parked.list(LIST_PAGE, continuationToken);
    ids.push(...page.messages.filter((message) => matches(message.reason)).map(({ id }) => id));
    continuationToken = page.continuationToken;
  } while (continuationToken !== undefined && ports.runtime.now() < deadline);
  const parked = await replayParked(ports, ids, deadline);
  const letters = await ports.deadLetters.replay(
    (letter) => matches(letter.reason),
    DEAD_LETTERS_PER_REPLAY,
    deadline,
  );
  const unread = continuationToken === undefined ? 0 : 1;
  return {
    replayed: parked.replayed + letters.replayed,
    remaining: parked.remaining + letters.remaining + unread,
    unknown: [],
  };
}

type ParkedReplay = ReplayCount & {
  /** Ids under which nothing is parked. */
  readonly missing: readonly string[];
};

/**
 * To every subscription, since the journal holds them as refused too. Sent first, removed after: a crash in between
 * repeats messages, which neither fold nor journal minds, and loses none.
 */
async function replayParked(
  { parked, replayer, runtime }: QuarantinePorts,
  ids: readonly string[],
  deadline: number,
): Promise<ParkedReplay> {
  const missing: string[] = [];
  let replayed = 0;
  let next = 0;
  for (; next < ids.length && runtime.now() < deadline; next += REPLAY_AT_ONCE) {
    const some = ids.slice(next, next + REPLAY_AT_ONCE);
    const found = await Promise.all(some.map((id) => parked.get(id)));
    await replayer.republish(found.flatMap((parkedMessage) => parkedMessage?.message ?? []));
    const sent = some.filter((_, index) => found[index] !== undefined);
    await Promise.all(sent.map((id) => parked.remove(id)));
    replayed += sent.length;
    missing.push(...some.filter((_, index) => found[index] === undefined));
  }
  return { replayed, remaining: Math.max(ids.length - next, 0), missing };
}

function deadLetterId({ message }: DeadLetter): string {
  return `${message.subscription}.${message.sequenceNumber}`;
}

function fromDeadLetter(letter: DeadLetter): QuarantinedMessage {
  const { message, reason, detail } = letter;
  return {
    id: deadLetterId(letter),
    state: 'dead-lettered',
    reason,
    detail,
    subscription: message.subscription,
    messageId: message.messageId,
    sequenceNumber: message.sequenceNumber,
    receivedAt: new Date(message.enqueuedAt).toISOString(),
    bytes: message.body.byteLength,
    body: bodyPreview(message),
  };
}

function fromParked(summary: ParkedSummary): QuarantinedMessage {
  return { state: 'parked', ...summary };
}
