import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  isServiceBusError,
  type MessageHandlers,
  type ServiceBusClient,
  type ServiceBusClientOptions,
  type ServiceBusReceivedMessage,
} from '@azure/service-bus';
import { backoffDelay } from '../relay/backoff.ts';
import { type Settlement, settlerOf } from './settlement.ts';

/** The receiver waits and tries again by itself; the SDK's own repairs would only hide the state. */
export const RECEIVER_CLIENT_OPTIONS: ServiceBusClientOptions = {
  retryOptions: { maxRetries: 0, timeoutInMs: 5_000 },
};

/** A link that does not stand by then is given up. */
const LINK_TIMEOUT_MS = 8_000;
const CLOSE_TIMEOUT_MS = 1_000;
/** Messages under way have this long to be settled at a stop; what is left comes again. */
const SETTLE_TIMEOUT_MS = 5_000;
/** Messages of a subscription that may be under way at once. */
const MESSAGES_AT_ONCE = 100;

export interface SubscriptionReceiverOptions {
  /** Makes a client, with `RECEIVER_CLIENT_OPTIONS`; called anew after every failure. */
  readonly openClient: () => Promise<ServiceBusClient>;
  readonly topic: string;
  readonly subscription: string;
  /** Handles a message and says how it is settled; never rejects. */
  readonly handle: (message: ServiceBusReceivedMessage) => Promise<Settlement>;
  /** The link stands, for the first time or again. */
  readonly connected: () => void;
  /** The link broke, or could not be made; it is tried again until it works. */
  readonly lost: (reason: string) => void;
  readonly random: () => number;
}

export interface SubscriptionReceiver {
  /** Takes no more messages, waits for those under way, and closes. */
  stop(): Promise<void>;
}

interface Link {
  /** Fulfilled with the reason when it is broken, or could not be made. */
  readonly broken: Promise<string>;
  /** True once it has stood. */
  stood(): boolean;
  /** Takes no more messages; those under way can still be settled. */
  pause(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Receives from a subscription of a topic (peek-lock, 100 at a time), with one link after another. The SDK (7.9.5, `StreamingReceiver`) mends a link by itself, but it may run two repairs at once, and handlers
 * of messages of the old link give their credit to the new one: either leaves more credit than the AMQP library's ring
 * holds, and the link stands still for good. So a broken link is given up with its client, and its successor starts
 * from nothing.
 */
export function startSubscriptionReceiver(options: SubscriptionReceiverOptions): SubscriptionReceiver {
  const stopping = new AbortController();
  const stopped = once(stopping.signal, 'abort').then(() => undefined);
  const underWay = new Set<Promise<void>>();

  async function run(): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      const link = openLink(options, underWay);
      const reason = await Promise.race([link.broken, stopped]);
      if (reason === undefined) return end(link);
      failures = link.stood() ? 1 : failures + 1;
      options.lost(reason);
      await link.close();
      const wait = sleep(backoffDelay(failures, options.random), undefined, { signal: stopping.signal });
      await wait.catch(() => undefined);
    }
  }

  async function end(link: Link): Promise<void> {
    await link.pause();
    await withDeadline(Promise.all(underWay), SETTLE_TIMEOUT_MS);
    await link.close();
  }

  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

function openLink(options: SubscriptionReceiverOptions, underWay: Set<Promise<void>>): Link {
  const { promise: broken, resolve: giveUp } = Promise.withResolvers<string>();
  const timer = setTimeout(giveUp, LINK_TIMEOUT_MS, `no answer within ${LINK_TIMEOUT_MS} ms`);
  let stands = false;
  let closed = false;
  const standing = () => {
    if (closed) return;
    if (stands) return giveUp('the connection broke');
    stands = true;
    clearTimeout(timer);
    options.connected();
  };
  const opened = subscribe(options, { underWay, giveUp, standing });
  opened.catch((error) => giveUp(reasonOf(error)));
  return {
    broken,
    stood: () => stands,
    async pause() {
      clearTimeout(timer);
      // A link that does not stand has nothing to drain, and its end may be long in coming.
      if (!stands) return;
      await withDeadline(
        opened.then(({ subscription }) => subscription.close()),
        CLOSE_TIMEOUT_MS,
      );
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await withDeadline(
        opened.then(({ client }) => client.close()),
        CLOSE_TIMEOUT_MS,
      );
    },
  };
}

async function subscribe(
  { openClient, topic, subscription: name, handle }: SubscriptionReceiverOptions,
  link: { underWay: Set<Promise<void>>; giveUp(reason: string): void; standing(): void },
): Promise<{ client: ServiceBusClient; subscription: { close(): Promise<void> } }> {
  const client = await openClient();
  const receiver = client.createReceiver(topic, name);
  const settle = settlerOf(receiver);
  // `postInitialize` is not in the SDK's types; StreamingReceiver calls it whenever the link stands.
  const handlers: MessageHandlers & { postInitialize(): Promise<void> } = {
    processMessage(message) {
      const work = handle(message)
        .then((settlement) => settle(message, settlement))
        .finally(() => link.underWay.delete(work));
      link.underWay.add(work);
      return work;
    },
    async processError({ errorSource, error }) {
      if (errorSource === 'receive') link.giveUp(reasonOf(error));
    },
    postInitialize: async () => link.standing(),
  };
  const subscription = receiver.subscribe(handlers, {
    autoCompleteMessages: false,
    maxConcurrentCalls: MESSAGES_AT_ONCE,
  });
  return { client, subscription };
}

/** Waits for the end of something on a connection that may be dead, but not for long. */
async function withDeadline(work: Promise<unknown>, milliseconds: number): Promise<void> {
  const done = new AbortController();
  const deadline = sleep(milliseconds, undefined, { signal: done.signal });
  await Promise.race([work, deadline]).catch(() => undefined);
  deadline.catch(() => undefined);
  done.abort();
}

function reasonOf(error: unknown): string {
  const code = isServiceBusError(error) ? `${error.code}: ` : '';
  return `${code}${error instanceof Error ? error.message : String(error)}`;
}
