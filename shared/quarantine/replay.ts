import type { ReplayRequest, ReplayResult } from '../contracts/quarantine.ts';
import { recordAction } from '../ports/record-action.ts';
import { isoNow } from '../ports/runtime.ts';
import type { QuarantinePorts } from './quarantine-ports.ts';
import { DEAD_LETTERS_AT_MOST, type Selected, takeSelected } from './select.ts';

/** Messages read, sent and removed together. */
const AT_ONCE = 100;

/** One call sends for so long; whoever asked is told what is left. Milliseconds. */
const REPLAY_MS = 60_000;

/**
 * Sends messages again, for a minute at most. Dead letters go to the subscription they came from; the parked are decided
 * anew by every subscription, since the journal holds them as refused too, and what is still wrong with them parks them
 * again. Sent first, removed after: a crash in between repeats messages, which neither fold nor journal minds.
 *
 * @throws {StoreUnavailable} when a part does not answer; what was sent until then is out of quarantine
 */
export async function replayQuarantine(
  ports: QuarantinePorts,
  { by, why, perSecond, ...selection }: ReplayRequest,
): Promise<ReplayResult> {
  const startedAt = isoNow(ports.runtime);
  const { ids, continuationToken: _place, ...filter } = selection;
  const asked = { ...(ids ? {} : filter), ...(perSecond !== undefined && { perSecond }) };
  return recordAction(ports, { kind: 'replay-messages', by, why, asked }, async (did) => {
    const waitForTurn = turns(ports.runtime, perSecond);
    const { done, ...progress } = await takeSelected(ports, selection, {
      atOnce: Math.min(AT_ONCE, perSecond ?? AT_ONCE),
      deadline: ports.runtime.now() + REPLAY_MS,
      handle: async (messages) => {
        await waitForTurn(messages.length);
        await send(ports, messages);
        did(messages.map(({ id }) => id));
      },
    });
    return { ...progress, unknown: [...progress.unknown], replayed: done, startedAt };
  });
}

async function send({ replayer }: QuarantinePorts, messages: readonly Selected[]): Promise<void> {
  const ofState = (isDeadLetter: boolean) =>
    messages
      .filter(({ message }) => (message.isDeadLetter ?? false) === isDeadLetter)
      .map(({ message }) => message.message);
  await replayer.replay(ofState(true));
  await replayer.republish(ofState(false));
}

/** Waits until so many more may be sent. */
function turns(
  { now, sleep }: QuarantinePorts['runtime'],
  perSecond: number | undefined,
): (messages: number) => Promise<void> {
  const startedAt = now();
  let sent = 0;
  return async (messages) => {
    if (perSecond === undefined) return;
    const waitMs = startedAt + (sent / perSecond) * 1_000 - now();
    if (waitMs > 0) await sleep(waitMs);
    sent += messages;
  };
}

const RECOVERABLE = new Set(['MaxDeliveryCountExceeded', 'TTLExpiredException']);

/**
 * Brings back what the bus gave up on although nothing was wrong with it: too many deliveries, or too long a wait. Not
 * what the fabric asks again by itself.
 */
export async function recoverDeadLetters({
  deadLetters,
  replayer,
  runtime,
}: Pick<QuarantinePorts, 'deadLetters' | 'replayer'> & {
  runtime: Pick<QuarantinePorts['runtime'], 'now'>;
}): Promise<number> {
  const { taken } = await deadLetters.take(
    ({ reason, isAskedAgain }) => !isAskedAgain && RECOVERABLE.has(reason),
    (letters) => replayer.replay(letters.map(({ message }) => message)),
    { limit: DEAD_LETTERS_AT_MOST, deadline: runtime.now() + REPLAY_MS },
  );
  return taken;
}
