import type { OrchestrationContext, Task } from 'durable-functions';
import { outcomeOf, UNTIL_IT_WORKS } from './outcome.ts';

/** Waits until a cart's time is over, however often it is extended, and lets its stock go. */
export function* expireHold({ df }: OrchestrationContext): Generator<Task, void, unknown> {
  const input = df.getInput<{ holdId: string }>();
  for (;;) {
    const { expiresAt } = yield* outcomeOf<{ expiresAt: string | null }>(
      df.callActivityWithRetry('endExpiredHold', UNTIL_IT_WORKS, input),
    );
    if (expiresAt === null) return;
    yield df.createTimer(new Date(expiresAt));
  }
}
