import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

/** Messages of the adapter's outbox: `unsent` are those that the bus has not acknowledged, `parked` it never will. */
export type OutboxState = z.infer<typeof outboxSchema>;

const outboxSchema = z.object({ unsent: z.int(), parked: z.int() });
const healthSchema = z.object({ outbox: outboxSchema });

const LOOK_EVERY = 50;
/** An outbox out of which nothing goes for so long does not drain. Milliseconds. */
const STALLED = 60_000;

/** As the health of the adapter tells it. */
export async function readOutbox(adapter: string): Promise<OutboxState> {
  const response = await fetch(`${adapter}/api/v1/health`);
  return healthSchema.parse(await response.json()).outbox;
}

/**
 * Resolves when the bus has acknowledged every message.
 *
 * @param seen told every state, the last one included
 * @param lookEvery milliseconds
 * @throws when nothing leaves the outbox for a minute, or the bus refuses a message
 */
export async function outboxEmptied(
  adapter: string,
  seen: (state: OutboxState) => void = () => {},
  lookEvery = LOOK_EVERY,
): Promise<void> {
  let fewest = Number.POSITIVE_INFINITY;
  let progressAt = performance.now();
  for (;;) {
    const state = await readOutbox(adapter);
    seen(state);
    if (state.parked > 0) throw new Error(`the bus refused ${state.parked} messages`);
    if (state.unsent === 0) return;
    if (state.unsent < fewest) progressAt = performance.now();
    fewest = Math.min(fewest, state.unsent);
    if (performance.now() - progressAt > STALLED) {
      throw new Error(`${state.unsent} messages have been in the outbox for a minute and none was sent`);
    }
    await sleep(lookEvery);
  }
}
