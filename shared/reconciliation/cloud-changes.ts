import { ChangeFeedGone } from '../ports/cloud-stock.ts';
import type { ReconciliationPorts } from './reconciliation-ports.ts';

/** Items that changed in the cloud, by warehouse, and where to go on; a page is small enough for the history of an orchestration. */
export type CloudChanges = {
  readonly items: Readonly<Record<string, readonly string[]>>;
  readonly next: string;
  readonly more: boolean;
  /** The place is not known to the change feed any more: everything has to be compared. */
  readonly isGone: boolean;
  /** Warehouses that this installation does not serve. */
  readonly unknown: readonly string[];
};

const DOCUMENTS = 5_000;

/**
 * A page of what changed in the cloud since a place in its change feed.
 *
 * @throws {StoreUnavailable}
 */
export async function readCloudChanges(
  since: string,
  warehouses: ReadonlySet<string>,
  { cloud }: Pick<ReconciliationPorts, 'cloud'>,
): Promise<CloudChanges> {
  try {
    const { changed, next, more } = await cloud.changes(since, DOCUMENTS);
    const known = [...changed].filter(([warehouseId]) => warehouses.has(warehouseId));
    return {
      items: Object.fromEntries(known.map(([warehouseId, itemIds]) => [warehouseId, [...itemIds]])),
      next,
      more,
      isGone: false,
      unknown: [...changed.keys()].filter((warehouseId) => !warehouses.has(warehouseId)),
    };
  } catch (error) {
    if (!(error instanceof ChangeFeedGone)) throw error;
    return { items: {}, next: await cloud.now(), more: false, isGone: true, unknown: [] };
  }
}
