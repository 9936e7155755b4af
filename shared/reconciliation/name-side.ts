import { StoreUnavailable } from '../ports/stock-store.ts';
import { WmsUnavailable } from '../ports/wms-sql.ts';

/**
 * Does a step of a run. Its failure tells which side did not answer, so that the run can say so.
 *
 * @throws {Error} whose message begins with `wms-unavailable:` or `cloud-unavailable:`, where it is known
 */
export async function namingSide<Output>(step: () => Promise<Output>): Promise<Output> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof WmsUnavailable)
      throw new Error(`wms-unavailable: ${error.message}`, { cause: error });
    if (error instanceof StoreUnavailable)
      throw new Error(`cloud-unavailable: ${error.message}`, { cause: error });
    throw error;
  }
}
