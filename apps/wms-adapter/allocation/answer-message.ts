import { setTimeout as sleep } from 'node:timers/promises';
import { allocationRequestSchema } from '../../../shared/contracts/allocation-messages.ts';
import { fieldErrors } from '../../../shared/http/problem-details.ts';
import type { AllocationOrder } from '../booking/decide.ts';
import { DatabaseUnavailableError, type GroupCommit, OverloadedError } from '../booking/group-commit.ts';
import { backoffDelay } from '../relay/backoff.ts';
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

export interface AnswerOptions {
  readonly groupCommit: Pick<GroupCommit, 'decide'>;
  readonly random: () => number;
  readonly log: (line: string) => void;
  /** Aborted when the adapter stops. */
  readonly stopping: AbortSignal;
}

/**
 * Answers a request or release that came by the subscription of `warehouseId`; fulfilled when the decision is durable
 * and in the outbox. While the database does not take it, it is tried again with backoff. The decision continues the
 * message's trace. Never rejects.
 */
export async function answerMessage(
  message: RequestMessage,
  warehouseId: string,
  { groupCommit, random, log, stopping }: AnswerOptions,
): Promise<Settlement> {
  const order = orderOf(message, warehouseId);
  if ('kind' in order) return order;
  for (let failures = 1; ; failures += 1) {
    try {
      await groupCommit.decide([order]);
      return { kind: 'complete' };
    } catch (error) {
      if (!(error instanceof DatabaseUnavailableError || error instanceof OverloadedError)) {
        const { allocationId } = order.allocation;
        log(`${allocationId} cannot be decided: ${error instanceof Error ? error.stack : String(error)}`);
        return { kind: 'abandon' };
      }
    }
    // The SDK renews the message's lock meanwhile.
    await sleep(backoffDelay(failures, random), undefined, { signal: stopping }).catch(() => undefined);
    if (stopping.aborted) return { kind: 'leave' };
  }
}

/** What the message asks for, or why it can never be answered here. */
function orderOf(
  { body, applicationProperties }: RequestMessage,
  warehouseId: string,
): AllocationOrder | Settlement {
  const parsed = requestSchema.safeParse(body);
  if (!parsed.success) {
    const errors = fieldErrors(parsed.error, body);
    const description = errors.map(({ pointer, detail }) => `${pointer || 'body'}: ${detail}`).join('; ');
    return { kind: 'dead-letter', reason: 'invalid-request', description };
  }
  const allocation = parsed.data;
  if (allocation.warehouseId !== warehouseId) {
    const description = `/warehouseId: ${allocation.warehouseId} is not served here: this is the subscription of ${warehouseId}`;
    return { kind: 'dead-letter', reason: 'other-warehouse', description };
  }
  const { traceparent, tracestate } = applicationProperties ?? {};
  return { allocation, trace: traceOf(text(traceparent), text(tracestate)) };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
