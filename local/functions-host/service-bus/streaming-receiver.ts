import type {
  MessageHandlers,
  ProcessErrorArgs,
  ServiceBusReceivedMessage,
  ServiceBusReceiver,
} from '@azure/service-bus';

export interface StreamingOptions {
  /** A new receiver of the same entity on a connection of its own. */
  connect(): { receiver: ServiceBusReceiver; close(): Promise<void> };
  /** Messages that may be unsettled at once. */
  credit: number;
  /** Resolves when the message is settled, or left to its lock. */
  push(message: ServiceBusReceivedMessage): Promise<void>;
  /** Resolves when the message has gone back to the broker; never rejects. */
  giveBack(message: ServiceBusReceivedMessage): Promise<void>;
  /** The link stands, for the first time or again. */
  established(): void;
  /** The link broke, or could not be made; it is tried again until it works. */
  lost(error: unknown): void;
  /** Anything else that the SDK reports. */
  failed(error: ProcessErrorArgs): void;
}

export interface StreamingReceiver {
  /** The receiver of now, for settling. */
  current(): ServiceBusReceiver;
  start(): void;
  /** Takes the credit back; no message is pushed after this, what still comes goes back to the broker. */
  pause(): Promise<void>;
  close(): Promise<void>;
}

/** A link that does not stand by then is given up. */
const LINK_TIMEOUT_MS = 5_000;

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 3_000;

/**
 * Receives with one streaming link after another. The SDK (7.9.5, `core/streamingReceiver`) mends a link by itself, but it
 * may run two repairs at once, and handlers of messages of the old link give their credit to the new one: either leaves more
 * credit than the AMQP library's ring holds (2,047), and the link stands still for good. A broker that goes while a connection
 * is being made leaves it waiting for a minute. So a broken link is given up with its connection, and its successor starts
 * from nothing.
 */
export function streamingReceiver(options: StreamingOptions): StreamingReceiver {
  let connection = options.connect();
  let timer: NodeJS.Timeout | undefined;
  let failures = 0;
  let stopped = false;
  let endSubscription = async () => {};
  const givenBack = new Set<Promise<void>>();

  const giveBack = (message: ServiceBusReceivedMessage) => {
    const given: Promise<void> = options.giveBack(message).finally(() => givenBack.delete(given));
    givenBack.add(given);
  };

  const open = () => {
    const mine = connection;
    const isCurrent = () => mine === connection && !stopped;
    const giveUp = (error: unknown) => {
      if (isCurrent()) replace(error);
    };
    let stands = false;
    timer = setTimeout(giveUp, LINK_TIMEOUT_MS, new Error(`no answer within ${LINK_TIMEOUT_MS} ms`));
    // `postInitialize` is not in the SDK's types; StreamingReceiver calls it whenever the link stands.
    const handlers: MessageHandlers & { postInitialize(): Promise<void> } = {
      processMessage(message) {
        if (isCurrent()) return options.push(message);
        giveBack(message);
        // Settled, it would give its credit to a link that is to bring no more.
        return new Promise(() => {});
      },
      async processError(failure) {
        if (failure.errorSource === 'receive') giveUp(failure.error);
        else options.failed(failure);
      },
      async postInitialize() {
        if (stands) return giveUp(new Error('the connection broke'));
        if (!isCurrent()) return;
        stands = true;
        failures = 0;
        clearTimeout(timer);
        options.established();
      },
    };
    const subscription = mine.receiver.subscribe(handlers, {
      autoCompleteMessages: false,
      maxConcurrentCalls: options.credit,
    });
    endSubscription = async () => {
      const ended = subscription.close();
      // A link that does not stand has nothing to drain, and its end may be long in coming.
      if (stands) await ended;
      else ended.catch(() => {});
    };
  };

  const replace = (error: unknown) => {
    clearTimeout(timer);
    options.lost(error);
    endSubscription = async () => {};
    connection.close().catch(() => {});
    connection = options.connect();
    timer = setTimeout(open, Math.min(FIRST_RETRY_MS * 2 ** failures, LONGEST_RETRY_MS));
    failures += 1;
  };

  return {
    current: () => connection.receiver,
    start: open,
    async pause() {
      stopped = true;
      clearTimeout(timer);
      await endSubscription();
      await Promise.all(givenBack);
    },
    close: () => connection.close().catch(() => {}),
  };
}
