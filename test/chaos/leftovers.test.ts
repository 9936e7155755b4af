import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { processIdentity } from '../../local/stack/process-identity.ts';
import { lockDataFolder } from '../../local/stack/stack-lock.ts';
import { startSleeper } from '../../local/stack/test-sleeper.ts';
import { endLeftovers, FOLDER_PREFIX } from './leftovers.ts';

let parent: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'leftovers-'));
});

afterEach(() => {
  rmSync(parent, { recursive: true });
});

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
