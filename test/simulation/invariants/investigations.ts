import { KEPT_DISCREPANCIES } from '../../../shared/domain/investigation.ts';
import type { InMemoryInvestigations } from '../../doubles/investigation-store.ts';
import type { InMemoryReconciliation } from '../../doubles/reconciliation-store.ts';
import { Violation } from './violation.ts';

/**
 * Whatever was found is in an investigation; each rests, closed or waiting for a person, and everybody was told of each step.
 *
 * @throws {Violation}
 */
export async function checkInvestigations(
  store: InMemoryInvestigations,
  runs: InMemoryReconciliation,
): Promise<void> {
  const all = new Map(store.all().map((one) => [one.investigationId, one]));
  for (const { discrepancyId, runId, investigationId, itemId, detail } of runs.found()) {
    const { discrepancies: listed = [], discrepancyCount = 0 } = all.get(investigationId ?? '') ?? {};
    // Of more than these only the number is kept.
    if (listed.length === KEPT_DISCREPANCIES && discrepancyCount > KEPT_DISCREPANCIES) continue;
    if (!listed.some((one) => one.discrepancyId === discrepancyId && one.runId === runId))
      throw new Violation('What was found is investigated', `${investigationId} does not list: ${detail}`, [
        itemId,
      ]);
  }
  for (const { investigationId, itemId, status, stepCount } of all.values()) {
    const told = (await store.read(investigationId))?.told.topic;
    if (status === 'recount-asked' || told !== stepCount)
      throw new Violation(
        'Every investigation comes to rest',
        `${investigationId} is ${status}, ${told} of its ${stepCount} steps were told`,
        [itemId ?? investigationId],
      );
  }
}
