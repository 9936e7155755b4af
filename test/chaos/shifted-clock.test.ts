import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ClockShift } from './shifted-clock.ts';

/** Says every 20 ms what its clocks show. */
const PROGRAM = `
  const began = performance.now();
  setInterval(() => {
    console.log(JSON.stringify({
      now: Date.now(), date: new Date().getTime(), text: Date.parse(Date()), fixed: new Date(0).toISOString(),
      isDate: new Date() instanceof Date && new Date().constructor === Date, elapsed: performance.now() - began,
    }));
  }, 20);`;

type Reading = { now: number; date: number; text: number; fixed: string; isDate: boolean; elapsed: number };

const HOURS = 3_600_000;
/** More than a reading may be late on a busy machine, and much less than any shift. */
const NEAR = 60_000;

let folder: string;
let child: ChildProcess;
let lines: Interface;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shifted-clock-'));
  const preload = pathToFileURL(join(import.meta.dirname, 'shifted-clock.ts')).href;
  child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--import', preload, '-e', PROGRAM],
    {
      env: { PATH: process.env.PATH, CHAOS_CLOCK_FILE: join(folder, 'clock.json') },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  if (child.stdout) lines = createInterface({ input: child.stdout });
});

afterEach(async () => {
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  rmSync(folder, { recursive: true });
});

function shift(by: ClockShift): void {
  writeFileSync(join(folder, 'clock.json'), JSON.stringify(by));
}

/** The first reading that is as wanted. */
async function reading(wanted: (reading: Reading) => boolean): Promise<Reading> {
  for (;;) {
    const [line] = await once(lines, 'line');
    const found = JSON.parse(String(line)) as Reading;
    if (wanted(found)) return found;
  }
}

const isOffBy = (ms: number) => (found: Reading) => Math.abs(found.now - Date.now() - ms) < NEAR;

test('The clock of a process jumps ahead and back and is right again, and its monotonic clock goes on', async () => {
  const right = await reading(isOffBy(0));
  shift({ jump: 2 * HOURS, rate: 1, since: 0 });
  const ahead = await reading(isOffBy(2 * HOURS));
  shift({ jump: -2 * HOURS, rate: 1, since: 0 });
  const behind = await reading(isOffBy(-2 * HOURS));
  rmSync(join(folder, 'clock.json'));
  const again = await reading(isOffBy(0));
  for (const { now, date, text, fixed, isDate } of [right, ahead, behind, again]) {
    expect(Math.abs(date - now)).toBeLessThan(NEAR);
    expect(Math.abs(text - now)).toBeLessThan(NEAR);
    expect(fixed).toBe('1970-01-01T00:00:00.000Z');
    expect(isDate).toBe(true);
  }
  const elapsed = [right, ahead, behind, again].map((found) => found.elapsed);
  expect(elapsed).toEqual([...elapsed].sort((a, b) => a - b));
  expect(again.elapsed).toBeLessThan(NEAR);
});

test('The clock of a process drifts from a moment on', async () => {
  const since = Date.now() - HOURS;
  shift({ jump: 0, rate: 1.5, since });
  // An hour since then is an hour and a half of this clock.
  await reading(isOffBy(0.5 * HOURS));
});
