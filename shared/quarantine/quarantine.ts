import type {
  QuarantinedMessage,
  QuarantinePage,
  ReplayRequest,
  ReplayResult,
} from '../contracts/quarantine.ts';
import type { DeadLetter, DeadLetterQueue, Replayer } from '../ports/dead-letters.ts';
import type { ParkedSummary, QuarantineStore } from '../ports/quarantine-store.ts';

export type QuarantinePorts = {
  readonly parked: QuarantineStore;
  readonly deadLetters: DeadLetterQueue;
  readonly replayer: Replayer;
};

/** Dead letters shown on the first page; they are rare. */
const DEAD_LETTERS_SHOWN = 100;

/** Parked messages handled at once by a replay of many. */
const REPLAY_PAGE = 100;

/** At most this many dead letters go back in one call or one tick of the timer, so that they cannot flood the fold. */
export const DEAD_LETTERS_PER_REPLAY = 10_000;

/** Lists what waits in quarantine: dead letters first, then the parked, page by page. */
export async function listQuarantine(
  ports: QuarantinePorts,
  limit: number,
  continuationToken?: string,
): Promise<QuarantinePage> {
  const parked = await ports.parked.list(limit, continuationToken);
  const letters = continuationToken === undefined ? await ports.deadLetters.list(DEAD_LETTERS_SHOWN) : [];
  const messages = [...letters.map(fromDeadLetter), ...parked.messages.map(fromParked)];
  return parked.continuationToken === undefined
    ? { messages }
    : { messages, continuationToken: parked.continuationToken };
}

/** Every byte of a parked message; undefined when there is none of that id. */
export async function parkedBody(ports: QuarantinePorts, id: string): Promise<Uint8Array | undefined> {
  return (await ports.parked.get(id))?.message.body;
}

/**
 * Sends messages again: the ids named, else those of a reason, else all. Dead letters go to the subscription they came
 * from; the parked are decided anew, and what is still wrong with them parks them again.
 */
export async function replayQuarantine(
  ports: QuarantinePorts,
  request: ReplayRequest,
): Promise<ReplayResult> {
  return request.ids ? replayIds(ports, request.ids) : replayMatching(ports, request.reason);
}

/** Brings back what the bus gave up on although nothing was wrong with it: too many deliveries, or too long a wait. */
export async function recoverDeadLetters({ deadLetters }: QuarantinePorts): Promise<number> {
  const recoverable = new Set(['MaxDeliveryCountExceeded', 'TTLExpiredException']);
  return deadLetters.replay(({ reason }) => recoverable.has(reason), DEAD_LETTERS_PER_REPLAY);
}

async function replayIds(ports: QuarantinePorts, ids: readonly string[]): Promise<ReplayResult> {
  const unknown: string[] = [];
  let replayed = 0;
  for (const id of ids) {
    if (await replayParked(ports, id)) replayed += 1;
    else unknown.push(id);
  }
  if (unknown.length === 0) return { replayed, unknown };
  const wanted = new Set(unknown);
  const found = new Set<string>();
  replayed += await ports.deadLetters.replay((letter) => {
    const id = deadLetterId(letter);
    if (!wanted.has(id)) return false;
    found.add(id);
    return true;
  }, wanted.size);
  return { replayed, unknown: unknown.filter((id) => !found.has(id)) };
}

async function replayMatching(ports: QuarantinePorts, reason: string | undefined): Promise<ReplayResult> {
  const matches = (candidate: string) => reason === undefined || candidate === reason;
  const ids: string[] = [];
  let continuationToken: string | undefined;
  do {
    const page = await ports.parked.list(REPLAY_PAGE, continuationToken);
    ids.push(...page.messages.filter((message) => matches(message.reason)).map(({ id }) => id));
    continuationToken = page.continuationToken;
  } while (continuationToken !== undefined);
  let replayed = 0;
  for (const id of ids) if (await replayParked(ports, id)) replayed += 1;
  replayed += await ports.deadLetters.replay((letter) => matches(letter.reason), DEAD_LETTERS_PER_REPLAY);
  return { replayed, unknown: [] };
}

/**
 * To every subscription, since the journal holds it as refused too. Sent first, removed after: a crash in between
 * repeats a message, which neither fold nor journal minds, and loses none.
 */
async function replayParked({ parked, replayer }: QuarantinePorts, id: string): Promise<boolean> {
  const found = await parked.get(id);
  if (!found) return false;
  await replayer.republish([found.message]);
  await parked.remove(id);
  return true;
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
    body: new TextDecoder().decode(message.body.subarray(0, 4_096)),
  };
}

function fromParked(summary: ParkedSummary): QuarantinedMessage {
  return { state: 'parked', ...summary };
}
