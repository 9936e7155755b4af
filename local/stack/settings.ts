import { resolve } from 'node:path';
import { StackError } from './start-error.ts';

/** The ports of the laptop stack, all on 127.0.0.1. */
export type StackPorts = {
  serviceBus: number;
  cosmos: number;
  blob: number;
  queue: number;
  table: number;
  functions: number;
  adapter: number;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** The setting that moves each port, and where it is without the setting. */
export const PORT_SETTINGS: Record<keyof StackPorts, { setting: string; port: number }> = {
  serviceBus: { setting: 'STOCKBRIDGE_SERVICEBUS_PORT', port: 5672 },
  cosmos: { setting: 'STOCKBRIDGE_COSMOS_PORT', port: 8081 },
  blob: { setting: 'STOCKBRIDGE_BLOB_PORT', port: 10000 },
  queue: { setting: 'STOCKBRIDGE_QUEUE_PORT', port: 10001 },
  table: { setting: 'STOCKBRIDGE_TABLE_PORT', port: 10002 },
  functions: { setting: 'STOCKBRIDGE_FUNCTIONS_PORT', port: 7071 },
  adapter: { setting: 'STOCKBRIDGE_ADAPTER_PORT', port: 7080 },
};

/** @throws {StackError} naming the setting that is no port number, or the two that are the same */
export function readPorts(environment: Environment): StackPorts {
  const used = new Map<number, string>();
  const read = (name: keyof StackPorts): number => {
    const { setting, port } = PORT_SETTINGS[name];
    const number = readNumber(environment, setting, port, {
      min: 1,
      max: 65_535,
      says: 'a port from 1 to 65535',
    });
    const other = used.get(number);
    if (other !== undefined)
      throw new StackError(`${setting} and ${other} are both ${number}; give each its own port.`);
    used.set(number, setting);
    return number;
  };
  return {
    serviceBus: read('serviceBus'),
    cosmos: read('cosmos'),
    blob: read('blob'),
    queue: read('queue'),
    table: read('table'),
    functions: read('functions'),
    adapter: read('adapter'),
  };
}

/** Where the stack keeps everything: `STOCKBRIDGE_DATA`, else `.stockbridge` in the repository. An absolute path. */
export function readDataFolder(environment: Environment, repository: string): string {
  return resolve(repository, environment.STOCKBRIDGE_DATA || '.stockbridge');
}

/** Whether `npm start` plays the sample day (`STOCKBRIDGE_PLAY`), and how many transactions a second (`STOCKBRIDGE_PLAY_RATE`). */
export function readPlay(environment: Environment): { play: boolean; rate: number } {
  const play = environment.STOCKBRIDGE_PLAY ?? '1';
  if (play !== '0' && play !== '1') {
    throw new StackError(`STOCKBRIDGE_PLAY is "${play}"; set it to 0 (do not play the sample day) or 1.`);
  }
  const rate = readNumber(environment, 'STOCKBRIDGE_PLAY_RATE', 50, {
    min: 1,
    max: 10_000,
    says: 'transactions a second from 1 to 10000',
  });
  return { play: play === '1', rate };
}

function readNumber(
  environment: Environment,
  setting: string,
  otherwise: number,
  range: { min: number; max: number; says: string },
): number {
  const text = environment[setting];
  if (text === undefined || text === '') return otherwise;
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number >= range.min && number <= range.max) return number;
  throw new StackError(`${setting} is "${text}"; set it to ${range.says}.`);
}
