import type { OrchestrationContext, Task } from 'durable-functions';
import { INVESTIGATION_CHANGED } from '../../shared/ports/orchestrations.ts';
import { outcomeOf, UNTIL_IT_WORKS } from './outcome.ts';

/** A timer may fire a second early on the real host, before what it is for is due. Milliseconds. */
const SHORTEST_WAIT_MS = 2_000;

/**
 * Looks at an investigation whenever something has happened to it, or is due, until it is closed and everybody was told.
 * It decides nothing: the record is the truth. Each look is a generation of its own (`continueAsNew`), so that the
 * history stays short however long it takes. Events that have come unawaited are lost by that (reference page, 8.5), and
 * nothing with them: the record is changed before the event is raised, and the next generation begins by reading it.
 */
export function* investigate({ df }: OrchestrationContext): Generator<Task, void, unknown> {
  const input = df.getInput<{ investigationId: string }>();
  const { comeBackAt } = yield* outcomeOf<{ comeBackAt: string | null }>(
    df.callActivityWithRetry('followInvestigation', UNTIL_IT_WORKS, input),
  );
  if (comeBackAt === null) return;
  const earliest = df.currentUtcDateTime.getTime() + SHORTEST_WAIT_MS;
  const timer = df.createTimer(new Date(Math.max(Date.parse(comeBackAt), earliest)));
  const changed = df.waitForExternalEvent(INVESTIGATION_CHANGED);
  const first = yield* outcomeOf<Task>(df.Task.any([changed, timer]));
  // The next generation does not begin before every timer has ended.
  if (first === changed) timer.cancel();
  df.continueAsNew(input);
}
