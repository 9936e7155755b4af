import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { processIdentity } from './process-identity.ts';
import { endLeftoversOf, lockDataFolder, runningStack } from './stack-lock.ts';
import { startSleeper } from './test-sleeper.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stockbridge-lock-'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

const writeLock = (supervisor: { pid: number; identity: string }, parts: object) =>
  writeFile(join(folder, 'stack.lock'), JSON.stringify({ supervisor, parts }));

describe('the lock of a data folder', () => {
  test('refuses a second stack on the same folder and names the process that runs', async () => {
    const lock = await lockDataFolder(folder, () => {});
    await expect(lockDataFolder(folder, () => {})).rejects.toThrow(
      `The stack is already running on ${folder} (process ${process.pid}).`,
    );
    expect(runningStack(folder)).toBe(process.pid);
    lock.release();
    expect(runningStack(folder)).toBeUndefined();
  });

  test('takes over the lock of a stack that was killed, and ends the parts it left running', async () => {
    const pid = await startSleeper();
    await writeLock({ pid: 2 ** 22 + 1, identity: '1' }, { cosmos: { pid, identity: processIdentity(pid) } });
    const said: string[] = [];
    const lock = await lockDataFolder(folder, (line) => said.push(line));
    expect(said).toEqual([`The last stack was killed and left cosmos running (process ${pid}); ending it.`]);
    expect(processIdentity(pid)).toBeUndefined();
    lock.release();
  });

  test('minds no leftover that ends by itself just before it is ended', async () => {
    const pid = await startSleeper();
    await writeLock({ pid: 2 ** 22 + 1, identity: '1' }, { cosmos: { pid, identity: processIdentity(pid) } });
    const kill = process.kill.bind(process);
    vi.spyOn(process, 'kill').mockImplementation((target, signal) => {
      if (signal !== 'SIGTERM') return kill(target, signal);
      kill(target, 'SIGKILL');
      throw Object.assign(new Error('kill ESRCH'), { code: 'ESRCH' });
    });
    await endLeftoversOf(folder, () => {});
    expect(processIdentity(pid)).toBeUndefined();
  });

  test('knows a stale lock by the start time when its process id belongs to another program now', async () => {
    const pid = await startSleeper();
    await writeLock({ pid, identity: 'started long ago' }, { cosmos: { pid, identity: 'started long ago' } });
    expect(runningStack(folder)).toBeUndefined();
    await endLeftoversOf(folder, () => {});
    expect(processIdentity(pid)).toBeDefined();
  });

  test('takes over a lock that a crash of the machine cut short', async () => {
    await writeFile(join(folder, 'stack.lock'), '{"superv');
    const lock = await lockDataFolder(folder, () => {});
    lock.noteParts({ cosmos: process.pid });
    expect(JSON.parse(await readFile(join(folder, 'stack.lock'), 'utf8'))).toMatchObject({
      parts: { cosmos: { pid: process.pid } },
    });
    lock.release();
  });
});
