import type { Investigation } from '../../shared/contracts/investigation.ts';
import type { InvestigationStore, StoredInvestigation } from '../../shared/ports/investigation-store.ts';
import { StoreUnavailable } from '../../shared/ports/stock-store.ts';
import { investigationKey, isInvestigationPlace } from '../../shared/storage/investigation-store.ts';
import { type PagePlace, pageOf } from './page-of.ts';
import { sealed } from './sealed.ts';

export type InMemoryInvestigations = InvestigationStore & {
  /** Set to make every call fail. */
  away: boolean;
  /** All of them, by warehouse and item, the newest of an item first. */
  all(): Investigation[];
};

/** Investigations in memory. */
export function inMemoryInvestigations(): InMemoryInvestigations {
  const kept = new Map<string, StoredInvestigation>();
  let stored = 0;
  let ordered: readonly StoredInvestigation[] | undefined;
  const inOrder = () => {
    ordered ??= [...kept.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    return ordered;
  };
  const store: InMemoryInvestigations = {
    away: false,
    all: () => inOrder().map(({ investigation }) => investigation),
    read: async (investigationId) => {
      refuseWhenAway();
      return kept.get(investigationId);
    },
    newest: async ({ warehouseId, itemId }) => {
      refuseWhenAway();
      return inOrder().find(
        ({ investigation }) => investigation.warehouseId === warehouseId && investigation.itemId === itemId,
      );
    },
    put: async (investigation, told, etag) => {
      const { investigationId } = investigation;
      if (!investigationKey(investigationId))
        throw new RangeError(`"${investigationId}" is no id of an investigation.`);
      refuseWhenAway();
      if ((kept.get(investigationId)?.etag ?? null) !== etag) return 'conflict';
      stored++;
      kept.set(investigationId, sealed({ investigation, told, etag: `"${stored}"` }));
      ordered = undefined;
      return 'stored';
    },
    list: async ({ status, warehouseId, itemId, assignee, ...page }) => {
      refuseWhenAway();
      const wanted = inOrder().filter(
        ({ investigation: one }) =>
          (status === undefined || (status === 'open' ? one.status !== 'closed' : one.status === status)) &&
          (warehouseId === undefined || one.warehouseId === warehouseId) &&
          (itemId === undefined || one.itemId === itemId) &&
          (assignee === undefined || one.assignee === assignee),
      );
      const isPlace = ([partitionKey, rowKey]: PagePlace) => isInvestigationPlace({ partitionKey, rowKey });
      const { rows, ...rest } = pageOf(wanted, page, placeOf, isPlace);
      return { rows: rows.map(({ investigation }) => investigation), ...rest };
    },
  };
  function refuseWhenAway(): void {
    if (store.away) throw new StoreUnavailable('the store of investigations does not answer');
  }
  return store;
}

function placeOf({ investigation }: StoredInvestigation): PagePlace {
  const { partitionKey = '', rowKey = '' } = investigationKey(investigation.investigationId) ?? {};
  return [partitionKey, rowKey];
}

function keyOf(kept: StoredInvestigation): string {
  return placeOf(kept).join('\n');
}
