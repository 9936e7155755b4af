import { allocationRequestSchema } from '../../../shared/contracts/allocation-messages.ts';
import { activeTrace } from '../../../shared/telemetry/spans.ts';
import type { AllocationOrder } from '../booking/decide.ts';
import type { GroupCommit } from '../booking/group-commit.ts';
import { refusedBody, refusedWarehouse } from '../receiving/message-refusal.ts';
import { settleWhenTaken, type TakingOptions } from '../receiving/settle-when-taken.ts';
import type { Settlement } from '../receiving/settlement.ts';
import { traceOf } from '../trace-context.ts';

/** What of a message of the topic `allocation-requests` says what is asked. */
export interface RequestMessage {
  readonly body: unknown;
  readonly applicationProperties?: Readonly<Record<string, unknown>> | undefined;
}

const requestSchema = allocationRequestSchema.refine(
  (request) => request.kind === 'release' || request.leastQuantity <= request.quantity,
  { path: ['leastQuantity'], message: 'must not be more than quantity' },
);

export interface AnswerOptions extends TakingOptions {
  readonly groupCommit: Pick<GroupCommit, 'decide'>;
  /** Draws the bytes of a span's id. Those of the machine's generator unless told otherwise. */
  readonly randomBytes?: (count: number) => Buffer;
}

/**
 * Answers a request or release that came by the subscription of `warehouseId`; fulfilled when the decision is durable
 * and in the outbox. While the database does not take it, it is tried again with backoff. The decision continues the
 * message's trace. Never rejects.
 */
export async function answerMessage(
  message: RequestMessage,
  warehouseId: string,
  { groupCommit, randomBytes, ...taking }: AnswerOptions,
): Promise<Settlement> {
  const order = orderOf(message, warehouseId, randomBytes);
  if ('kind' in order) return order;
  const fault = `${order.allocation.allocationId} cannot be decided`;
  return settleWhenTaken(() => groupCommit.decide([order]), fault, taking);
}

/** What the message asks for, or why it can never be answered here. */
function orderOf(
  { body, applicationProperties }: RequestMessage,
  warehouseId: string,
  randomBytes: AnswerOptions['randomBytes'],
): AllocationOrder | Settlement {
  const parsed = requestSchema.safeParse(body);
  if (!parsed.success) return refusedBody('invalid-request', parsed.error, body);
  const allocation = parsed.data;
  if (allocation.warehouseId !== warehouseId) {
    return refusedWarehouse('/warehouseId', allocation.warehouseId, warehouseId);
  }
  const { traceparent, tracestate } = applicationProperties ?? {};
  const trace = activeTrace() ?? traceOf(text(traceparent), text(tracestate), randomBytes);
  return { allocation, trace };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
