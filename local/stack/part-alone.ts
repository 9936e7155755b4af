import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type PartName, stackParts } from './parts.ts';
import { readDataFolder, readPorts } from './settings.ts';

/**
 * Runs one part of the stack in this process, with the port and the data folder that it has in the stack
 * (`STOCKBRIDGE_…_PORT`, `STOCKBRIDGE_DATA`). Options of the command line win: of an option given twice the later counts.
 *
 * @throws {StackError} when a setting is wrong
 */
export async function runPartAlone(name: PartName, repository: string): Promise<void> {
  const ports = readPorts(process.env);
  const dataFolder = readDataFolder(process.env, repository);
  const [main = '', ...options] = stackParts({ repository, dataFolder, ports, environment: {} })[name]
    .command;
  process.argv.splice(2, 0, ...options);
  await import(pathToFileURL(join(repository, main)).href);
}
