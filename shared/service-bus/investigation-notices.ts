import type { ServiceBusClient, ServiceBusMessage } from '@azure/service-bus';
import type { InvestigationNotice } from '../contracts/investigation.ts';
import type { InvestigationNotices } from '../ports/investigation-notices.ts';
import { batchingSender, type SendMessages } from './batching-sender.ts';
import { jsonMessage } from './json-message.ts';

/** Topic that tells warehouses, by a subscription each, and other systems what happens to investigations. */
export const INVESTIGATIONS_TOPIC = 'investigations';

/** Publishes on topic `investigations`. */
export function serviceBusInvestigationNotices(client: ServiceBusClient): InvestigationNotices {
  return investigationNoticesBy(batchingSender(client, INVESTIGATIONS_TOPIC));
}

/** Publishes by whatever sends to that topic. */
export function investigationNoticesBy(send: SendMessages): InvestigationNotices {
  return { publish: (notices) => send(notices.map(investigationMessage)) };
}

/**
 * The message of a notice, with the CloudEvents 1.0 attributes (prefix `cloudEvents_`). `messageId` is the same however
 * often it is sent. A subscription may filter by the application properties `warehouseId` and `action`.
 */
function investigationMessage(notice: InvestigationNotice): ServiceBusMessage {
  const { noticeId, step, investigation } = notice;
  return jsonMessage(notice, {
    messageId: noticeId,
    subject: investigation.investigationId,
    applicationProperties: {
      warehouseId: investigation.warehouseId,
      action: step.action,
      cloudEvents_specversion: '1.0',
      cloudEvents_id: noticeId,
      cloudEvents_source: '/stockbridge/investigations',
      cloudEvents_type: 'stockbridge.InvestigationChanged',
      cloudEvents_time: step.at,
      cloudEvents_subject: investigation.investigationId,
    },
  });
}
