import type { ReceivedMessage } from '../../shared/ports/received-message.ts';
import { listQuarantine } from '../../shared/quarantine/quarantine.ts';
import type { QuarantinePorts } from '../../shared/quarantine/quarantine-ports.ts';
import { type InMemoryActionLog, inMemoryActionLog } from './action-log.ts';
import { type InMemoryDeletedMessages, inMemoryDeletedMessages } from './deleted-messages.ts';
import { someMessage } from './fixtures.ts';
import { type InMemoryBus, inMemoryBus } from './message-bus.ts';
import { type InMemoryQuarantine, inMemoryQuarantine } from './quarantine-store.ts';
import { type VirtualRuntime, virtualRuntime } from './virtual-runtime.ts';

/** An empty quarantine in memory, beside a bus, and what tests do with it. */
export function quarantineInMemory() {
  const runtime: VirtualRuntime = virtualRuntime();
  const bus: InMemoryBus = inMemoryBus(runtime);
  const parked: InMemoryQuarantine = inMemoryQuarantine();
  const deleted: InMemoryDeletedMessages = inMemoryDeletedMessages();
  const actions: InMemoryActionLog = inMemoryActionLog();
  const { deadLetters, replayer } = bus;
  const ports: QuarantinePorts = { parked, deleted, deadLetters, replayer, actions, runtime };

  const list = async () => (await listQuarantine(ports, { limit: 500 })).messages;
  return {
    ...{ ports, runtime, bus, parked, deleted, actions, list },
    /** Parks messages for this reason. */
    async park(reason: string, count = 1, fields: Partial<ReceivedMessage> = {}): Promise<ReceivedMessage[]> {
      const messages = Array.from({ length: count }, () => someMessage(fields));
      const refusal = { reason, detail: `It is ${reason}.` };
      await parked.park(messages.map((message) => ({ message, refusal })));
      return messages;
    },
    /** A message that the bus gave up on, of the projection's subscription. */
    async giveUp(reason: string): Promise<ReceivedMessage> {
      const message = someMessage();
      await bus.replayer.replay([message]);
      bus.deadLetter('atp-projection', reason, 'why');
      return message;
    },
    /** Ids of the messages that wait in a place, which are taken. */
    async received(place: 'atp-projection' | 'journal'): Promise<string[]> {
      const ids: string[] = [];
      await bus.deliver(
        place,
        async (messages) => void ids.push(...messages.map(({ messageId }) => messageId)),
      );
      return ids.sort();
    },
    /** The id in quarantine of a message that is there. */
    async idOf(message: ReceivedMessage | undefined): Promise<string> {
      const isIt = ({ messageId }: { messageId: string }) =>
        messageId.replace(/#\d+$/, '') === message?.messageId;
      return (await list()).find(isIt)?.id ?? '';
    },
    /** What the action log tells, the newest first. */
    logged: async () => (await actions.list({ top: 100 })).rows,
  };
}
