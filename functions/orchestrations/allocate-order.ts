import type { OrchestrationContext, Task } from 'durable-functions';
import type { TraceContext } from '../../shared/contracts/trace-context.ts';
import { instanceIdOf } from '../../shared/domain/order-line.ts';
import type { AllocateLineInput } from '../../shared/ports/orchestrations.ts';
import { outcomeOf, UNTIL_IT_WORKS } from './outcome.ts';

/** How long the next look is waited for: twice as long each time, since all looks are in the instance's history. Milliseconds. */
const LOOK_AGAIN_MS = 2_000;
const LOOK_AGAIN_AT_MOST_MS = 5 * 60_000;

/**
 * All lines in full, or none: a saga. Nothing reads confirmed until the order is committed; when one line falls short
 * the others are released (architecture, rule 9). The sweep starts it as well where the end of an order may not have reached
 * all of its lines: then there is nothing to allocate, and only that is made up for.
 */
export function* allocateOrder({ df }: OrchestrationContext): Generator<Task, void, unknown> {
  const { orderId, trace } = df.getInput<{ orderId: string; trace?: TraceContext }>();
  const lines = yield* outcomeOf<readonly { lineId: string; itemId: string }[]>(
    df.callActivityWithRetry('listLines', UNTIL_IT_WORKS, { orderId }),
  );
  const allocations = lines.map(({ lineId, itemId }) => {
    const input: AllocateLineInput = { orderId, lineId, itemId, run: 1, ...(trace && { trace }) };
    return df.callSubOrchestrator('allocateLine', input, instanceIdOf(input, 1));
  });
  // The SDK throws at a Task.all of none (durable-functions 3.5, CompoundTask).
  if (allocations.length > 0) yield df.Task.all(allocations);
  for (let wait = LOOK_AGAIN_MS; ; wait = Math.min(wait * 2, LOOK_AGAIN_AT_MOST_MS)) {
    const outcome = yield* outcomeOf<string>(
      df.callActivityWithRetry('concludeOrder', UNTIL_IT_WORKS, { orderId }),
    );
    if (outcome !== 'pending') return;
    // A shortage that came meanwhile is being placed by a run of its own.
    yield df.createTimer(new Date(df.currentUtcDateTime.getTime() + wait));
  }
}
