import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { PartDefinition } from './part.ts';
import { processIdentity } from './process-identity.ts';
import type { StackError } from './start-error.ts';
import { type Supervision, type SupervisorOptions, supervise } from './supervisor.ts';

let folder = '';
let said: string[] = [];
let running: Supervision | undefined;
let given: StackError | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stockbridge-supervisor-'));
  said = [];
  running = undefined;
  given = undefined;
  await writeFile(join(folder, 'diary'), '');
  await writeFile(join(folder, 'part.mjs'), PART);
});
afterEach(async () => {
  await running?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A part that writes what happens to it into a diary. Its second argument is how it behaves. */
const PART = `
  import { appendFileSync, existsSync, rmSync } from 'node:fs';
  const [name, behaviour] = process.argv.slice(2);
  const note = (what) => appendFileSync('diary', name + ' ' + what + '\\n');
  note('starts');
  process.on('SIGTERM', () => {
    note('stops');
    if (behaviour === 'slow') setTimeout(() => process.exit(note('is done')), 1000);
    else if (behaviour !== 'stubborn') process.exit(0);
  });
  setInterval(() => {}, 1000);
  if (behaviour === 'hangs-once' && existsSync('hang')) {
    rmSync('hang');
    await new Promise(() => {});
  }
  if (behaviour === 'broken' || (behaviour === 'breaks-later' && existsSync('broken'))) {
    console.error('no such thing: flux');
    process.exit(3);
  }
  console.log(name + ' is ready');
`;

function part(
  name: string,
  behaviour = 'good',
  after: string[] = [],
  setUp?: () => Promise<void>,
): PartDefinition {
  const command = [join(folder, 'part.mjs'), name, behaviour];
  return { name, after, ports: [], command, environment: {}, ready: /is ready/, ...(setUp && { setUp }) };
}

async function start(
  parts: PartDefinition[],
  options: Partial<SupervisorOptions> = {},
): Promise<Supervision> {
  running = await supervise(parts, {
    repository: folder,
    logFolder: join(folder, 'logs'),
    autoRestart: true,
    say: (line) => said.push(line),
    noteProcesses: () => {},
    gaveUp: (error) => {
      given = error;
    },
    ...options,
  });
  return running;
}

const diary = async () => (await readFile(join(folder, 'diary'), 'utf8')).trim().split('\n');
const partOf = (supervision: Supervision, name: string) => {
  const found = supervision.parts[name];
  if (found === undefined) throw new Error(`no part ${name}`);
  return found;
};

describe('the supervisor of the local stack', () => {
  test('starts a part when those it needs are ready and set up', async () => {
    const setUp = async () => writeFile(join(folder, 'diary'), 'store is set up\n', { flag: 'a' });
    await start([part('app', 'good', ['bus', 'store']), part('bus'), part('store', 'good', [], setUp)]);
    const lines = await diary();
    expect(lines.slice(0, -1).sort()).toEqual(['bus starts', 'store is set up', 'store starts']);
    expect(lines.at(-1)).toBe('app starts');
    expect(said).toEqual(expect.arrayContaining([expect.stringContaining('bus ready')]));
  });

  test('sets a part up again after it was killed, since it may have lost what it held', async () => {
    const setUp = async () => writeFile(join(folder, 'diary'), 'store is set up\n', { flag: 'a' });
    const supervision = await start([part('store', 'good', [], setUp)]);
    partOf(supervision, 'store').kill('SIGKILL');
    await vi.waitFor(() => expect(said).toContain('store is back.'), { timeout: 20_000 });
    expect(await diary()).toEqual(['store starts', 'store is set up', 'store starts', 'store is set up']);
  });

  test('stops the parts in reverse order', async () => {
    const supervision = await start([
      part('bus'),
      part('host', 'good', ['bus']),
      part('edge', 'good', ['host']),
    ]);
    await supervision.stop();
    expect((await diary()).slice(3)).toEqual(['edge stops', 'host stops', 'bus stops']);
  });

  test('kills a part that does not stop when asked', async () => {
    const supervision = await start([part('mule', 'stubborn')]);
    const { pid } = partOf(supervision, 'mule');
    await supervision.stop();
    expect(await diary()).toEqual(['mule starts', 'mule stops']);
    expect(processIdentity(pid)).toBeUndefined();
  });

  test('waits for a part that stops slowly as long as that part may take', async () => {
    const supervision = await start([
      { ...part('snail', 'slow'), stopWithin: 20_000 },
      { ...part('mule', 'slow'), stopWithin: 1 },
    ]);
    await supervision.stop();
    expect((await diary()).filter((line) => line.endsWith('is done'))).toEqual(['snail is done']);
  });

  test('kills a part that is not ready in time after a restart, says so, and starts it again', async () => {
    const supervision = await start([{ ...part('bus', 'hangs-once'), readyWithin: 5_000 }]);
    await writeFile(join(folder, 'hang'), '');
    partOf(supervision, 'bus').kill('SIGKILL');
    await vi.waitFor(() => expect(said).toContain('bus is back.'), { timeout: 20_000 });
    expect(said.slice(1)).toEqual([
      'bus was killed (SIGKILL); starting it again.',
      'bus was not ready within 5 s after a restart; ending it.',
      'bus was killed (SIGKILL); starting it again.',
      'bus is back.',
    ]);
  });

  test('says that a part was killed and starts it again', async () => {
    const supervision = await start([part('bus')]);
    const bus = partOf(supervision, 'bus');
    const before = bus.pid;
    bus.kill('SIGKILL');
    await vi.waitFor(() => expect(said).toContain('bus is back.'), { timeout: 20_000 });
    expect(said).toContain('bus was killed (SIGKILL); starting it again.');
    expect(bus.pid).not.toBe(before);
  });

  test('leaves a killed part down until it is restarted when automatic restart is off', async () => {
    const supervision = await start([part('bus')], { autoRestart: false });
    const bus = partOf(supervision, 'bus');
    bus.kill('SIGKILL');
    await vi.waitFor(() => expect(said).toContain('bus was killed (SIGKILL).'), { timeout: 20_000 });
    expect(() => bus.pid).toThrow('bus is not running.');
    await bus.restart();
    expect(processIdentity(bus.pid)).toBeDefined();
  });

  test('restarts a running part on demand', async () => {
    const supervision = await start([part('bus')]);
    const bus = partOf(supervision, 'bus');
    const before = bus.pid;
    await bus.restart();
    expect(bus.pid).not.toBe(before);
    expect(await diary()).toEqual(['bus starts', 'bus stops', 'bus starts']);
    expect(said.filter((line) => line.includes('starting it again'))).toEqual([]);
  });

  test('stops the stack with the last log lines when a part dies three times within 20 s', async () => {
    const supervision = await start([part('flux', 'breaks-later'), part('bus')]);
    const bus = partOf(supervision, 'bus').pid;
    await writeFile(join(folder, 'broken'), '');
    partOf(supervision, 'flux').kill('SIGKILL');
    await vi.waitFor(() => expect(given).toBeDefined(), { timeout: 20_000 });
    expect(given?.message).toBe(
      'flux ended with exit code 3, 3 times within 20 s; stopping the stack.\n  | no such thing: flux',
    );
    expect(processIdentity(bus)).toBeUndefined();
  });

  test('refuses to start with a part that does not come up, quotes it, and leaves nothing running', async () => {
    let pids: Record<string, number> = {};
    const noteProcesses = (noted: Record<string, number>) => {
      pids = { ...pids, ...noted };
    };
    await expect(start([part('bus'), part('flux', 'broken', ['bus'])], { noteProcesses })).rejects.toThrow(
      'flux did not start: it ended with exit code 3.\n  | no such thing: flux',
    );
    expect(Object.keys(pids).sort()).toEqual(['bus', 'flux']);
    for (const pid of Object.values(pids)) expect(processIdentity(pid)).toBeUndefined();
  });

  test('keeps the log of the run before, which may have failed', async () => {
    const first = await start([part('bus')]);
    await first.stop();
    await start([part('bus')]);
    expect(await readFile(join(folder, 'logs/bus.log.1'), 'utf8')).toBe('bus is ready\n');
    expect(await readFile(join(folder, 'logs/bus.log'), 'utf8')).toBe('bus is ready\n');
  });

  test('keeps the output of a part in its log file', async () => {
    await start([part('bus')]);
    expect(await readFile(join(folder, 'logs/bus.log'), 'utf8')).toBe('bus is ready\n');
  });
});
