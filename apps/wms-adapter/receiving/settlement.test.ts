import { setImmediate } from 'node:timers/promises';
import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Settlement, settlerOf } from './settlement.ts';

/** Notes what is sent in each turn of the event loop. */
function setUp(failing = false) {
  const turns: string[][] = [];
  let current: string[] | undefined;
  const send = (outcome: string) => async (message: ServiceBusReceivedMessage) => {
    if (current === undefined) {
      const turn: string[] = [];
      current = turn;
      turns.push(turn);
      // The library sends what a turn has settled at its end.
      process.nextTick(() => {
        current = undefined;
      });
    }
    current.push(`${outcome} ${message.messageId}`);
    if (failing) throw new Error('the lock is lost');
  };
  const settle = settlerOf({
    completeMessage: send('complete'),
    deadLetterMessage: send('dead-letter'),
    abandonMessage: send('abandon'),
  });
  return { turns, settle };
}

const settlements: Record<'complete' | 'dead-letter' | 'abandon', Settlement> = {
  complete: { kind: 'complete' },
  'dead-letter': { kind: 'dead-letter', reason: 'r', description: 'd' },
  abandon: { kind: 'abandon' },
};

const messageOf = (messageId: number) => ({ messageId: String(messageId) }) as ServiceBusReceivedMessage;

test('Each message is settled by its own outcome, and no other shares a turn with one that is not completed', async () => {
  const kinds = fc.array(fc.constantFrom('complete' as const, 'dead-letter' as const, 'abandon' as const), {
    maxLength: 12,
  });
  await fc.assert(
    fc.asyncProperty(kinds, async (outcomes) => {
      const { turns, settle } = setUp();
      await Promise.all(outcomes.map((outcome, index) => settle(messageOf(index), settlements[outcome])));
      expect(turns.flat().sort()).toEqual(outcomes.map((outcome, index) => `${outcome} ${index}`).sort());
      for (const turn of turns) {
        expect(turn.length === 1 || turn.every((sent) => sent.startsWith('complete'))).toBe(true);
      }
    }),
  );
});

test('A message that cannot be settled is left to come again, and the next one is settled', async () => {
  const { turns, settle } = setUp(true);
  await settle(messageOf(1), settlements['dead-letter']);
  await settle(messageOf(2), settlements.complete);
  await settle(messageOf(3), { kind: 'leave' });
  await setImmediate();
  expect(turns.flat()).toEqual(['dead-letter 1', 'complete 2']);
});
