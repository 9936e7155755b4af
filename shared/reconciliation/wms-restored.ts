import type { WmsMark } from '../ports/wms-sql.ts';
import type { ReconciliationPorts } from './reconciliation-ports.ts';

/** Thrown when the WMS goes back to a backup while a run looks at it. */
export class WmsRestored extends Error {
  override readonly name = 'WmsRestored';
}

/**
 * To be asked after the WMS was read and before anything is done by that.
 *
 * @param mark the WMS at the beginning of the run
 * @throws {WmsRestored | WmsUnavailable}
 */
export async function refuseRestored(
  mark: WmsMark,
  { wms }: Pick<ReconciliationPorts, 'wms'>,
): Promise<void> {
  if (!(await wms.continues(mark)))
    throw new WmsRestored('wms-restored: the WMS database went back to a backup while the run looked at it.');
}
