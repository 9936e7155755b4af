import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { emptyDataFolder } from './stack/empty-data-folder.ts';
import { exitOnError } from './stack/exit-on-error.ts';
import { readDataFolder } from './stack/settings.ts';
import { endLeftoversOf, runningStack } from './stack/stack-lock.ts';
import { StackError } from './stack/start-error.ts';

/** At most this many names are printed. */
const NAMED = 10;

await exitOnError(async () => {
  const dataFolder = readDataFolder(process.env, join(import.meta.dirname, '..'));
  const pid = runningStack(dataFolder);
  if (pid !== undefined) {
    throw new StackError(
      `The stack is running on ${dataFolder} (process ${pid}). Stop it first (Ctrl-C, or kill ${pid}).`,
    );
  }
  if (!existsSync(dataFolder)) return console.log(`${dataFolder} is empty already.`);
  await endLeftoversOf(dataFolder, console.log);
  const left = emptyDataFolder(dataFolder);
  if (left.length === 0) return console.log(`${dataFolder} is empty.`);
  console.log(`The stack's data in ${dataFolder} are gone; left, as not the stack's: ${named(left)}.`);
});

function named(names: readonly string[]): string {
  const more = names.length - NAMED;
  return names.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
