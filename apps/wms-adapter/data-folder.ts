import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { SettingError } from '../../shared/settings.ts';

/** Path of a file in the adapter's data folder, which is made where there is none. @throws SettingError when it cannot be */
export function dataFile(folder: string, name: string): string {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SettingError(`STOCKBRIDGE_DATA: the folder ${folder} cannot be made: ${reason}`);
  }
  return join(folder, name);
}
