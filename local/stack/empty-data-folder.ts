import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DAMAGE_LOG } from '../damage/damage-settings.ts';
import { PART_NAMES } from './parts.ts';

/** Folders of the stack whose names others use too: only what the stack wrote into them goes. */
const SHARED_NAMES: Readonly<Record<string, readonly string[]>> = {
  functions: ['keys.json', 'timers', 'durable.sqlite', 'durable.sqlite-wal', 'durable.sqlite-shm'],
  logs: PART_NAMES.flatMap((name) => [`${name}.log`, `${name}.log.1`]),
};

/**
 * Removes what the stack wrote into its data folder, and the folder itself if nothing else is in it: the setting may
 * name a folder that holds more.
 *
 * @returns the names of what is not the stack's and was left; empty when the folder is gone
 */
export function emptyDataFolder(dataFolder: string): string[] {
  const parts = PART_NAMES.filter((name) => !(name in SHARED_NAMES));
  const own = [...parts, 'stack.lock', 'stack.lock.new', DAMAGE_LOG];
  remove(dataFolder, own);
  for (const [name, written] of Object.entries(SHARED_NAMES)) {
    remove(join(dataFolder, name), written);
    removeIfEmpty(join(dataFolder, name));
  }
  return removeIfEmpty(dataFolder);
}

function remove(folder: string, names: readonly string[]): void {
  for (const name of names) rmSync(join(folder, name), { recursive: true, force: true });
}

/** Returns what is in it. */
function removeIfEmpty(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const left = readdirSync(folder).sort();
  if (left.length === 0) rmdirSync(folder);
  return left;
}
