import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, test } from 'vitest';

/** Stops for ever, on a clock that the test advances: each SIGUSR2 is two seconds. */
const SCRIPT = `
  import { stopOnSignals } from ${JSON.stringify(join(import.meta.dirname, 'stop-on-signals.ts'))};
  let now = 0;
  Date.now = () => now;
  stopOnSignals((signal) => console.log('stops for ' + signal));
  process.on('SIGINT', () => console.log('SIGINT came'));
  process.on('SIGUSR2', () => {
    now += 2_000;
    console.log('later');
  });
  setInterval(() => {}, 1_000);
  console.log('up');
`;

const children: ReturnType<typeof spawn>[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function startScript() {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', SCRIPT], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => (await lines.next()).value;
  return { child, exited, next };
}

describe('a signal to a script of the local stack', () => {
  test('stops it once, however often npm and the bootstrap hand the same Ctrl-C on', async () => {
    const { child, next } = startScript();
    expect(await next()).toBe('up');
    child.kill('SIGINT');
    expect([await next(), await next()]).toEqual(['stops for SIGINT', 'SIGINT came']);
    child.kill('SIGINT');
    expect(await next()).toBe('SIGINT came');
    child.kill('SIGUSR2');
    expect(await next()).toBe('later');
  });

  test('does not wait for the stop when it comes again later', async () => {
    const { child, exited, next } = startScript();
    expect(await next()).toBe('up');
    child.kill('SIGTERM');
    expect(await next()).toBe('stops for SIGTERM');
    child.kill('SIGUSR2');
    expect(await next()).toBe('later');
    child.kill('SIGINT');
    expect(await exited).toEqual([1, null]);
  });
});
