import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
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

/** The oldest version of Node.js that Azure offers and the packaged app runs on. */
const OLDEST_NODE = 22;

/**
 * Where Core Tools find the Node.js that runs the app: that of the machine where it is one that Azure has, else the
 * repository's, which `npm run` puts before it.
 *
 * @param path as the environment has it
 */
export function pathForCoreTools(path: string, repository: string): string {
  const own = join(repository, 'node_modules', '.bin');
  const machine = path
    .split(delimiter)
    .filter((folder) => folder !== own)
    .join(delimiter);
  const { stdout } = spawnSync('node', ['--version'], {
    env: { ...process.env, PATH: machine },
    encoding: 'utf8',
  });
  const [major] = /\d+/.exec(stdout ?? '') ?? [];
  return Number(major ?? 0) >= OLDEST_NODE ? machine : path;
}

function answers(program: string, args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore', shell: process.platform === 'win32' }).status === 0;
}
