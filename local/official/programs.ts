import { spawnSync } from 'node:child_process';
import { StackError } from '../stack/start-error.ts';

/** @throws {StackError} with what to do, when a program of the machine does not answer */
export function requireProgram(program: string, args: readonly string[], otherwise: string): void {
  if (!answers(program, args)) throw new StackError(otherwise);
}

/**
 * How Azure Functions Core Tools are run: `func` of the machine, else by npx, which fetches them (some 500 MB) where that
 * is wanted.
 *
 * @throws {StackError} with what to do, when there are none
 */
export function coreTools({ byNpx }: { readonly byNpx: boolean }): readonly [string, ...string[]] {
  if (answers('func', ['--version'])) return ['func'];
  if (byNpx) return ['npx', '--yes', 'azure-functions-core-tools@4'];
  throw new StackError(
    'Azure Functions Core Tools are not there: install them (npm install --global azure-functions-core-tools@4), or give --npx to have them fetched now. `npm start` does without.',
  );
}

function answers(program: string, args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore', shell: process.platform === 'win32' }).status === 0;
}
