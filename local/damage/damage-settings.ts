import { join } from 'node:path';

/** The log's name in the data folder. */
export const DAMAGE_LOG = 'damage.jsonl';

/** The laptop stack's grace time unless the environment says otherwise, in seconds: short, so that a run is. */
export const LOCAL_GRACE_SECONDS = 5;

/** How late an event may come and still be in time for reconciliation. Milliseconds. */
export function longestDelay(environment: Readonly<Record<string, string | undefined>>): number {
  const seconds = Number(environment.STOCKBRIDGE_RECONCILIATION_GRACE_SECONDS ?? LOCAL_GRACE_SECONDS);
  return 600 * (Number.isFinite(seconds) ? seconds : LOCAL_GRACE_SECONDS);
}

/** The adapter's SQLite file in the data folder. */
export function wmsFileOf(dataFolder: string): string {
  return join(dataFolder, 'wms-adapter', 'wms.db');
}
