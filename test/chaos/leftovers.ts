import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { endLeftoversOf } from '../../local/stack/stack-lock.ts';

/** Folders of campaigns are named by this, side by side. */
export const FOLDER_PREFIX = 'stockbridge-chaos-';

/**
 * Ends the processes that killed campaigns left running, which would go on for good: the folder of each says which they are. Those of
 * a campaign that runs are let be, and so is what lies in the folders: its logs may tell why it was killed.
 *
 * @param parent where the folders of campaigns are
 */
export async function endLeftovers(parent: string, say: (line: string) => void): Promise<void> {
  const campaigns = readdirSync(parent).filter((name) => name.startsWith(FOLDER_PREFIX));
  for (const name of campaigns) await endLeftoversOf(join(parent, name), say);
}
