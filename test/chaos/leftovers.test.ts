import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { processIdentity } from '../../local/stack/process-identity.ts';
import { lockDataFolder } from '../../local/stack/stack-lock.ts';
import { endLeftovers, FOLDER_PREFIX } from './leftovers.ts';

let parent: string;
const children: number[] = [];

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'leftovers-'));
});

afterEach(() => {
  for (const pid of children.splice(0)) if (processIdentity(pid)) process.kill(pid, 'SIGKILL');
  rmSync(parent, { recursive: true });
});

/** A process that outlives whoever it belongs to. */
async function startSleeper(): Promise<number> {
  const child = spawn(process.execPath, ['-e', "console.log('up'); setInterval(() => {}, 1000)"]);
  await once(child.stdout, 'data');
  if (child.pid === undefined) throw new Error('no process');
  children.push(child.pid);
  return child.pid;
}

test('a campaign ends what one that was killed left running, standing still or not, and lets one be that runs', async () => {
  const [left, stopped, own] = [await startSleeper(), await startSleeper(), await startSleeper()];
  process.kill(stopped, 'SIGSTOP');
  const killed = join(parent, `${FOLDER_PREFIX}killed`);
  const parts = Object.fromEntries(
    [left, stopped].map((pid) => [pid, { pid, identity: processIdentity(pid) }]),
  );
  mkdirSync(killed);
  writeFileSync(
    join(killed, 'stack.lock'),
    JSON.stringify({ supervisor: { pid: 2 ** 22 + 1, identity: '1' }, parts }),
  );
  const running = await lockDataFolder(join(parent, `${FOLDER_PREFIX}running`), () => {});
  running.noteParts({ cosmos: own });

  const said: string[] = [];
  await endLeftovers(parent, (line) => said.push(line));

  expect([left, stopped].map(processIdentity)).toEqual([undefined, undefined]);
  expect(processIdentity(own)).toBeDefined();
  expect(said).toHaveLength(2);
  running.release();
});
