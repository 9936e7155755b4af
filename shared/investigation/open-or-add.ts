import { itemIdSchema } from '../contracts/identifiers.ts';
import type { Investigation, ListedDiscrepancy } from '../contracts/investigation.ts';
import {
  addDiscrepancies,
  type InvestigationRefusal,
  numberOf,
  openInvestigation,
  type Transition,
} from '../domain/investigation.ts';
import type { InvestigationStore, StoredInvestigation, Told } from '../ports/investigation-store.ts';
import type { Orchestrations } from '../ports/orchestrations.ts';
import type { Runtime } from '../ports/runtime.ts';
import { untilStored } from '../ports/until-stored.ts';
import { wake } from './wake.ts';

export type OpenOrAddPorts = {
  readonly investigations: InvestigationStore;
  readonly orchestrations: Orchestrations;
  readonly runtime: Runtime;
};

/** What a run found, at least one thing, about an item in a warehouse (null: about the warehouse as a whole). `at`: UTC. */
export type FoundDiscrepancies = {
  readonly warehouseId: string;
  readonly itemId: string | null;
  readonly discrepancies: readonly ListedDiscrepancy[];
  readonly at: string;
};

/**
 * Opens an investigation of what was found, or adds to the one that is open. May be repeated: a discrepancy is known by
 * its run and id, also in an investigation that has been closed since.
 *
 * @returns the investigation's id
 * @throws {StoreUnavailable} when it could not be stored, or nobody could be found to follow it: call again
 */
export async function openOrAdd(
  { investigations, orchestrations, runtime }: OpenOrAddPorts,
  discrepancies: FoundDiscrepancies,
): Promise<string> {
  const found = nameable(discrepancies);
  const { warehouseId, itemId } = found;
  const what = `an investigation of ${itemId ?? 'everything'} in ${warehouseId}`;
  const investigationId = await untilStored(runtime, what, async () => {
    const newest = await investigations.newest({ warehouseId, itemId });
    const { transition, told, etag } = next(newest, found);
    const { investigation } = transition;
    const isStored =
      transition.status === 'unchanged' || (await investigations.put(investigation, told, etag)) === 'stored';
    return isStored ? investigation.investigationId : 'conflict';
  });
  await wake(investigationId, orchestrations);
  return investigationId;
}

/** A WMS may keep ids that no address, key or message takes. What is found of such an item goes to its warehouse's. */
function nameable(found: FoundDiscrepancies): FoundDiscrepancies {
  return itemIdSchema.safeParse(found.itemId).success ? found : { ...found, itemId: null };
}

type Next = {
  readonly transition: Exclude<Transition, InvestigationRefusal>;
  readonly told: Told;
  readonly etag: string | null;
};

function next(newest: StoredInvestigation | undefined, found: FoundDiscrepancies): Next {
  const { warehouseId, itemId, discrepancies, at } = found;
  if (newest) {
    const { investigation, told, etag } = newest;
    if (isKnown(investigation, discrepancies))
      return { transition: { status: 'unchanged', investigation }, told, etag };
    const transition = addDiscrepancies(investigation, discrepancies, at);
    if (transition.status !== 'refused') return { transition, told, etag };
  }
  const number = newest ? numberOf(newest.investigation) + 1 : 1;
  const investigation = openInvestigation({ warehouseId, itemId, number }, discrepancies, at);
  return { transition: { status: 'changed', investigation }, told: { topic: 0, webhook: 0 }, etag: null };
}

/** Whether all of it is listed already, also in one that has been closed. */
function isKnown({ discrepancies: listed }: Investigation, found: readonly ListedDiscrepancy[]): boolean {
  return found.every(({ runId, discrepancyId }) =>
    listed.some((known) => known.runId === runId && known.discrepancyId === discrepancyId),
  );
}
