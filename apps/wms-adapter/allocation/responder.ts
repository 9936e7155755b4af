import type { ServiceBusClient } from '@azure/service-bus';
import type { GroupCommit } from '../booking/group-commit.ts';
import { answerMessage } from './answer-message.ts';
import { createReception, type ReceptionState } from './reception.ts';
import { type RequestReceiver, startRequestReceiver } from './request-receiver.ts';

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
  const { openClient, warehouseIds, groupCommit, random, log } = options;
  const reception = createReception(warehouseIds, log);
  const stopping = new AbortController();
  const answering = { groupCommit, random, log, stopping: stopping.signal };
  let receivers: RequestReceiver[] = [];

  const receive = (warehouseId: string) =>
    startRequestReceiver({
      openClient,
      subscription: warehouseId,
      random,
      connected: () => reception.connected(warehouseId),
      lost: (reason) => reception.lost(warehouseId, reason),
      handle: (message) => answerMessage(message, warehouseId, answering),
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
