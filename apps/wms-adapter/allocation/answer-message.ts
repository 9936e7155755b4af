import { allocationRequestSchema } from '../../../shared/contracts/allocation-messages.ts';
import { fieldErrors } from '../../../shared/http/problem-details.ts';
import type { GroupCommit } from '../booking/group-commit.ts';
import { traceOf } from '../trace-context.ts';
import type { Settlement } from './settlement.ts';

/** What of a message of the topic `allocation-requests` says what is asked. */
export interface RequestMessage {
  readonly body: unknown;
  readonly applicationProperties?: Readonly<Record<string, unknown>> | undefined;
}

const requestSchema = allocationRequestSchema.refine(
  (request) => request.kind === 'release' || request.leastQuantity <= request.quantity,
  { path: ['leastQuantity'], message: 'must not be more than quantity' },
);

/**
 * Answers a request or release that came by the subscription of `warehouseId`; fulfilled when the decision is durable
 * and in the outbox. The decision continues the message's trace.
 *
 * @throws OverloadedError, DatabaseUnavailableError as the group commit does: the message is to be answered later
 */
export async function answerMessage(
  message: RequestMessage,
  warehouseId: string,
  groupCommit: Pick<GroupCommit, 'decide'>,
): Promise<Settlement> {
  const parsed = requestSchema.safeParse(message.body);
  if (!parsed.success) {
    const errors = fieldErrors(parsed.error, message.body);
    const description = errors.map(({ pointer, detail }) => `${pointer || 'body'}: ${detail}`).join('; ');
    return { kind: 'dead-letter', reason: 'invalid-request', description };
  }
  const allocation = parsed.data;
  if (allocation.warehouseId !== warehouseId) {
    const description = `/warehouseId: ${allocation.warehouseId} is not served here: this is the subscription of ${warehouseId}`;
    return { kind: 'dead-letter', reason: 'other-warehouse', description };
  }
  const { traceparent, tracestate } = message.applicationProperties ?? {};
  await groupCommit.decide([{ allocation, trace: traceOf(text(traceparent), text(tracestate)) }]);
  return { kind: 'complete' };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
