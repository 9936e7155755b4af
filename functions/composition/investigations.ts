import type { ActPorts } from '../../shared/investigation/act.ts';
import type { FollowInvestigationPorts } from '../../shared/investigation/follow.ts';
import { serviceBusInvestigationNotices } from '../../shared/service-bus/investigation-notices.ts';
import { tableInvestigationStore } from '../../shared/storage/investigation-store.ts';
import { investigationWebhook } from '../../shared/webhook/investigation-webhook.ts';
import { readInvestigationSettings } from './investigation-settings.ts';
import { services } from './services.ts';

const { deadlines, webhook } = readInvestigationSettings(process.env);
const { storage, serviceBus } = services.connections;

/** Everything that investigations call, but for the orchestrations, which come with an invocation. */
export const investigationPorts: FollowInvestigationPorts & Omit<ActPorts, 'orchestrations'> = {
  investigations: tableInvestigationStore(storage.table('investigations')),
  stock: services.projection.stock,
  journal: services.journal.journal,
  notices: serviceBusInvestigationNotices(serviceBus),
  webhook: webhook && investigationWebhook(webhook),
  deadlines,
  runtime: services.projection.runtime,
};
