import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { exitOnError } from './stack/exit-on-error.ts';
import { readDataFolder } from './stack/settings.ts';
import { endLeftoversOf, runningStack } from './stack/stack-lock.ts';
import { StackError } from './stack/start-error.ts';

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
  rmSync(dataFolder, { recursive: true, force: true });
  console.log(`${dataFolder} is empty.`);
});
