import type { OrchestrationContext, Task } from 'durable-functions';
import type { Waiting } from '../../shared/allocation/drive-line.ts';
import { type DecisionNews, decisionEvent } from '../../shared/allocation/settle-decisions.ts';
import { askAgainMs } from '../../shared/domain/retry-delay.ts';
import type { AllocateLineInput } from '../../shared/ports/orchestrations.ts';
import { outcomeOf, UNTIL_IT_WORKS } from './outcome.ts';

/** What the activity that asks again is given; `attempt` is 1 the first time. */
export type AskAgainInput = AllocateLineInput & { readonly attempt: number };

/**
 * Places a line, asks the warehouses that hold for it, and waits for their answers; what they reject is placed anew,
 * until all pieces rest (architecture, rule 9). It decides nothing: the line's document is the truth, and each step may
 * be repeated. A change that schedules other steps needs a new version, see `docs/allocation.md`.
 */
export function* allocateLine(context: OrchestrationContext): Generator<Task, void, unknown> {
  const { df } = context;
  const input = df.getInput<AllocateLineInput>();
  for (;;) {
    const { allocationIds, retryAt } = yield* outcomeOf<Waiting>(
      df.callActivityWithRetry('placeLine', UNTIL_IT_WORKS, input),
    );
    if (allocationIds.length === 0) {
      if (retryAt !== undefined) yield* wakeAfterCount(context, input, retryAt);
      return;
    }
    if (yield* answersOf(context, input, allocationIds)) return;
  }
}

/** Waits for each answer in turn; those that come meanwhile are kept by the host. True when the line rests then. */
function* answersOf(
  context: OrchestrationContext,
  input: AllocateLineInput,
  allocationIds: readonly string[],
): Generator<Task, boolean, unknown> {
  const { df } = context;
  let waiting = new Set(allocationIds);
  let rests = false;
  let attempt = 0;
  for (const allocationId of allocationIds) {
    while (waiting.has(allocationId)) {
      // Tasks of their own for every wait: one that is put into a second Task.any is scheduled again (reference page, 8.6).
      const again = df.createTimer(new Date(df.currentUtcDateTime.getTime() + askAgainMs(attempt)));
      const decision = df.waitForExternalEvent(decisionEvent(allocationId));
      const first = yield* outcomeOf<Task>(df.Task.any([decision, again]));
      if (first === decision) {
        again.cancel();
        waiting.delete(allocationId);
        rests = newsOf(decision).rests;
      } else {
        attempt += 1;
        const { ordered: _known, ...line } = input;
        const ask: AskAgainInput = { ...line, attempt };
        waiting = new Set(
          yield* outcomeOf<readonly string[]>(df.callActivityWithRetry('askAgain', UNTIL_IT_WORKS, ask)),
        );
        // An answer that came meanwhile was given to this wait, and to no later one.
        if (decision.isCompleted) {
          waiting.delete(allocationId);
          rests = newsOf(decision).rests;
        }
      }
    }
  }
  return rests;
}

/** A rejection because of a count is tried again when the lock ends (architecture, rule 12). */
function* wakeAfterCount(
  { df }: OrchestrationContext,
  { itemId }: AllocateLineInput,
  retryAt: string,
): Generator<Task, void, unknown> {
  yield df.createTimer(new Date(retryAt));
  yield df.callActivityWithRetry('tellStockChange', UNTIL_IT_WORKS, { itemId });
}

function newsOf({ result }: Task): DecisionNews {
  return typeof result === 'object' && result !== null && 'rests' in result
    ? { rests: result.rests === true }
    : { rests: false };
}
