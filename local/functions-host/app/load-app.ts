import { existsSync, globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { describeError } from '../log.ts';
import { HostStartError } from '../startup-error.ts';

const packageSchema = z.object({ main: z.string().min(1).optional(), type: z.string().optional() });

/**
 * Loads every file that `main` of the app's `package.json` names (a glob, as the Node worker reads it), in order of their paths.
 * An ES module is imported, CommonJS is required (`NW: src/startApp.ts`).
 * @throws HostStartError naming the file and why it did not load.
 */
export async function loadApp(appFolder: string): Promise<string[]> {
  const file = join(appFolder, 'package.json');
  if (!existsSync(file)) {
    throw new HostStartError(
      `No package.json in ${appFolder}; pass the folder of the function app with --app.`,
    );
  }
  const pattern = readPackage(file).main;
  if (!pattern) {
    throw new HostStartError(
      `${file} has no "main"; set it to the compiled files of the functions, for example "dist/functions/*.js".`,
    );
  }
  const files = globSync(pattern, { cwd: appFolder }).sort();
  if (files.length === 0) {
    throw new HostStartError(
      `"main" in ${file} is "${pattern}", which matches no file; compile the app first, or correct "main".`,
    );
  }
  for (const name of files) await loadFile(appFolder, name);
  return files;
}

async function loadFile(appFolder: string, name: string): Promise<void> {
  const path = join(appFolder, name);
  try {
    if (isEsModule(path)) await import(pathToFileURL(path).href);
    else createRequire(path)(path);
  } catch (error) {
    throw new HostStartError(
      `Unable to load "${relative(appFolder, path)}": ${describeError(error)}${origin(error)}`,
    );
  }
}

/** Where in the app an error arose: the first line of the stack that is not Node's own. */
function origin(error: unknown): string {
  if (!(error instanceof Error) || !error.stack) return '';
  const line = error.stack
    .split('\n')
    .find((text) => /^\s+at .*(\/|\\)/.test(text) && !text.includes('node:'));
  return line ? ` (${line.trim()})` : '';
}

function isEsModule(path: string): boolean {
  const extension = extname(path);
  if (extension === '.mjs' || extension === '.mts') return true;
  if (extension === '.cjs' || extension === '.cts') return false;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file)) return readPackage(file).type === 'module';
    if (folder === dirname(folder)) return false;
  }
}

function readPackage(file: string): z.infer<typeof packageSchema> {
  try {
    return packageSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new HostStartError(`${file} cannot be read: ${describeError(error)}`);
  }
}
