import * as df from 'durable-functions';
import type { AllocateLineInput } from '../shared/ports/orchestrations.ts';
import { logRecord } from '../shared/telemetry/log.ts';
import { inSpan, type SpanDescription } from '../shared/telemetry/spans.ts';
import { services } from './composition/services.ts';
import { allocationPorts } from './edge/allocation-ports.ts';
import { WITH_ORCHESTRATIONS } from './edge/orchestrations.ts';
import type { AskAgainInput } from './orchestrations/allocate-line.ts';
import {
  ALLOCATION_ORCHESTRATORS,
  drivingActivities,
  endingActivities,
} from './orchestrations/allocation-activities.ts';

for (const [name, orchestrator] of Object.entries(ALLOCATION_ORCHESTRATORS))
  df.app.orchestration(name, orchestrator);

/** Attempts after which an unanswered request is an alert: the warehouse has not answered for three and a half minutes. */
const ALERT_AFTER_ATTEMPTS = 3;

const { placeLine, askAgain, tellStockChange, listLines } = drivingActivities(services.allocation);

df.app.activity('placeLine', {
  handler: (input: AllocateLineInput) => inSpan('place line', ofLine(input), () => placeLine(input)),
});
df.app.activity('tellStockChange', { handler: tellStockChange });
df.app.activity('listLines', { handler: listLines });
df.app.activity('askAgain', {
  handler: async (input: AskAgainInput, context) => {
    const waiting = await inSpan('ask again', ofLine(input), () => askAgain(input));
    if (input.attempt >= ALERT_AFTER_ATTEMPTS && waiting.length > 0) {
      context.error('allocation-unanswered', { ...input, waiting });
      for (const allocationId of waiting) logUnanswered(input, allocationId);
    }
    return waiting;
  },
});

df.app.activity('concludeOrder', {
  ...WITH_ORCHESTRATIONS,
  handler: (input: { orderId: string }, context) =>
    endingActivities(allocationPorts(context)).concludeOrder(input),
});
df.app.activity('endExpiredHold', {
  ...WITH_ORCHESTRATIONS,
  handler: (input: { holdId: string }, context) =>
    endingActivities(allocationPorts(context)).endExpiredHold(input),
});

/** The span of what is done for a line: in the trace of what started its orchestration. */
function ofLine({ orderId, lineId, itemId, run, trace }: AllocateLineInput): SpanDescription {
  return { parent: trace, attributes: { 'order.id': orderId, 'line.id': lineId, 'item.id': itemId, run } };
}

function logUnanswered(
  { orderId, lineId, itemId, attempt, trace }: AskAgainInput,
  allocationId: string,
): void {
  const ids = { 'allocation.id': allocationId, 'order.id': orderId, 'line.id': lineId, 'item.id': itemId };
  logRecord('error', 'allocation-unanswered', { ...ids, attempt }, trace);
}
