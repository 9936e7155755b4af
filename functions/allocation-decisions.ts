import { app, type InvocationContext } from '@azure/functions';
import { settleBatch, type Work } from '../shared/allocation/settle-batch.ts';
import type { Settled } from '../shared/allocation/settle-decisions.ts';
import {
  ALLOCATION_DECISIONS_TOPIC,
  ALLOCATION_SUBSCRIPTION,
} from '../shared/service-bus/allocation-message.ts';
import { inSpan, traceIn } from '../shared/telemetry/spans.ts';
import { allocationPorts } from './edge/allocation-ports.ts';
import { WITH_ORCHESTRATIONS } from './edge/orchestrations.ts';
import { batchMessages, RAW_BATCH } from './edge/service-bus-batch.ts';
import { idsOfDecision, tellSettled } from './edge/tell-settled.ts';

const options = {
  ...RAW_BATCH,
  connection: 'ServiceBusConnection',
  topicName: ALLOCATION_DECISIONS_TOPIC,
  subscriptionName: ALLOCATION_SUBSCRIPTION,
  ...WITH_ORCHESTRATIONS,
  handler: settleDecisions,
};

/** What the warehouses answer: settled on the order lines, then told to the orchestrations that wait. */
app.serviceBusTopic('allocation-decisions', options);

async function settleDecisions(bodies: unknown, context: InvocationContext): Promise<void> {
  const messages = batchMessages(bodies, context, options.subscriptionName);
  const ports = { ...allocationPorts(context), around: inTraceOfDecision, onSettled: tellSettled };
  const { parked, ...counts } = await settleBatch(messages, ports);
  context.debug('settled', counts);
  if (parked > 0) context.warn(`${parked} decisions parked; GET /api/quarantine lists them`);
}

/** What a decision starts belongs to its trace, which is that of the order. */
function inTraceOfDecision({ message, decision }: Work, settle: () => Promise<Settled>): Promise<Settled> {
  const parent = traceIn(message.applicationProperties);
  return inSpan('settle decision', { kind: 'consumer', parent, attributes: idsOfDecision(decision) }, settle);
}
