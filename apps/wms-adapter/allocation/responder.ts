import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceBusClient, ServiceBusReceivedMessage } from '@azure/service-bus';
import { DatabaseUnavailableError, type GroupCommit, OverloadedError } from '../booking/group-commit.ts';
import { backoffDelay } from '../relay/backoff.ts';
import { answerMessage } from './answer-message.ts';
import { createReception, type ReceptionState } from './reception.ts';
import { type RequestReceiver, startRequestReceiver } from './request-receiver.ts';
import type { Settlement } from './settlement.ts';

export interface ResponderOptions {
  /** Makes a client, with `RECEIVER_CLIENT_OPTIONS`: one for each warehouse, and anew after every failure of it. */
  readonly openClient: () => Promise<ServiceBusClient>;
  /** A subscription of the topic `allocation-requests` each. */
  readonly warehouseIds: readonly string[];
  readonly groupCommit: Pick<GroupCommit, 'decide'>;
  readonly random: () => number;
  readonly log: (line: string) => void;
}

export interface Responder {
  /** Begins to receive. */
  start(): void;
  /** How many warehouses' subscriptions are connected, and how many not. */
  reception(): Record<ReceptionState, number>;
  /** Answers what is under way, then takes no more. */
  stop(): Promise<void>;
}

/**
 * Answers the cloud's requests of all warehouses. Those that arrive together are decided in one database transaction,
 * with the scans of that moment; a message is completed only after the commit, and answered again when it comes again.
 * A subscription that is missing or away is tried again until it is there.
 */
export function createResponder(options: ResponderOptions): Responder {
  const { openClient, warehouseIds, random, log } = options;
  const reception = createReception(warehouseIds, log);
  const stopping = new AbortController();
  let receivers: RequestReceiver[] = [];

  const receive = (warehouseId: string) =>
    startRequestReceiver({
      openClient,
      subscription: warehouseId,
      random,
      connected: () => reception.connected(warehouseId),
      lost: (reason) => reception.lost(warehouseId, reason),
      handle: (message) => answer(message, warehouseId, options, stopping.signal),
    });

  return {
    start() {
      receivers = warehouseIds.map(receive);
    },
    reception: reception.counts,
    async stop() {
      reception.close();
      stopping.abort();
      await Promise.all(receivers.map((receiver) => receiver.stop()));
    },
  };
}

async function answer(
  message: ServiceBusReceivedMessage,
  warehouseId: string,
  { groupCommit, random, log }: ResponderOptions,
  stopping: AbortSignal,
): Promise<Settlement> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await answerMessage(message, warehouseId, groupCommit);
    } catch (error) {
      if (!(error instanceof DatabaseUnavailableError || error instanceof OverloadedError)) {
        log(
          `Request ${message.messageId} cannot be decided: ${error instanceof Error ? error.stack : error}`,
        );
        return { kind: 'abandon' };
      }
    }
    // The SDK renews the message's lock meanwhile.
    await sleep(backoffDelay(failures, random), undefined, { signal: stopping }).catch(() => undefined);
    if (stopping.aborted) return { kind: 'leave' };
  }
}
