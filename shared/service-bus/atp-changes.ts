import type { ServiceBusClient, ServiceBusMessage } from '@azure/service-bus';
import type { AtpChange } from '../contracts/planning.ts';
import type { AtpChanges } from '../ports/atp-changes.ts';
import { batchingSender, type SendMessages } from './batching-sender.ts';
import { jsonMessage } from './json-message.ts';

/** Topic that tells an OMS of items whose ATP crossed a threshold. */
export const ATP_CHANGES_TOPIC = 'atp-changes';

/** Publishes on topic `atp-changes`. */
export function serviceBusAtpChanges(client: ServiceBusClient): AtpChanges {
  return atpChangesBy(batchingSender(client, ATP_CHANGES_TOPIC));
}

/** Publishes by whatever sends to that topic. */
export function atpChangesBy(send: SendMessages): AtpChanges {
  return { publish: (changes) => send(changes.map(atpChangeMessage)) };
}

/**
 * The message of a change, with the CloudEvents 1.0 attributes (prefix `cloudEvents_`). `messageId` is the same however
 * often it is sent. A subscription may filter by the application property `itemId`.
 */
function atpChangeMessage(change: AtpChange): ServiceBusMessage {
  const { itemId, threshold, sequence, at } = change;
  const messageId = `${itemId}|${threshold}|${sequence}`;
  return jsonMessage(change, {
    messageId,
    subject: itemId,
    applicationProperties: {
      itemId,
      cloudEvents_specversion: '1.0',
      cloudEvents_id: messageId,
      cloudEvents_source: '/stockbridge/atp',
      cloudEvents_type: 'stockbridge.AtpThresholdCrossed',
      cloudEvents_time: at,
      cloudEvents_subject: itemId,
    },
  });
}
