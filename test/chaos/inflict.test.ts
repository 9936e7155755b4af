import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StackError } from '../../local/stack/start-error.ts';
import { type Afflicted, inflict } from './inflict.ts';
import type { PlannedFault } from './plan.ts';

/** A stack that writes down what is done to it. */
let done: string[];
let stack: Afflicted;
let folder: string;
let isDead: boolean;

beforeEach(() => {
  done = [];
  isDead = false;
  folder = mkdtempSync(join(tmpdir(), 'inflict-'));
  const cosmos = {
    get pid() {
      if (isDead) throw new StackError('cosmos is not running.');
      return 1;
    },
    kill: (name: NodeJS.Signals) => {
      if (isDead) throw new StackError('cosmos is not running.');
      done.push(name);
    },
    restart: async () => {
      if (isDead) throw new StackError('cosmos did not start.');
      done.push('restart');
    },
  };
  const treat = ({ kind }: { kind: string }) => void done.push(kind);
  const proxy = { port: 1, treat, connections: () => 0, close: async () => {} };
  stack = {
    parts: { cosmos },
    links: new Map([
      ['functions → cosmos', [proxy]],
      ['functions → storage', [proxy, proxy]],
    ]),
    disks: new Map([
      ['cosmos', { fill: () => done.push('fill'), free: () => done.push('free'), remove: () => {} }],
    ]),
    hold: (part, held) => void done.push(`${held ? 'hold' : 'let go'} ${part}`),
    clockFile: () => join(folder, 'clock.json'),
  };
});

afterEach(() => rmSync(folder, { recursive: true }));

const base = { number: 1, at: 0, duration: 5 };
const onCosmos = (kind: 'kill' | 'stop' | 'restart' | 'disk'): PlannedFault => ({
  ...base,
  kind,
  target: 'cosmos',
});

test.each<[PlannedFault, string[]]>([
  [onCosmos('kill'), ['hold cosmos', 'SIGKILL', 'restart', 'let go cosmos']],
  [onCosmos('restart'), ['hold cosmos', 'restart', 'let go cosmos']],
  [onCosmos('stop'), ['hold cosmos', 'SIGSTOP', 'SIGCONT', 'let go cosmos']],
  [onCosmos('disk'), ['fill', 'free']],
  [{ ...base, kind: 'cut', target: 'functions → cosmos', mode: 'silent' }, ['silent', 'open']],
  [
    { ...base, kind: 'slow', target: 'functions → storage', latency: 1, bytesPerSecond: 1_000 },
    ['slow', 'slow', 'open', 'open'],
  ],
])('a fault begins and is taken away again: %j', async (fault, steps) => {
  expect(await inflict(fault, stack)).toMatchObject({ hit: true });
  expect(done).toEqual(steps);
});

test('the recovery counts from the death of a process that is ended, and else from the end of the fault', async () => {
  const lasting = (kind: 'kill' | 'stop') => ({ ...onCosmos(kind), duration: 50 });
  const begun = performance.now();
  expect((await inflict(lasting('kill'), stack)).from).toBeLessThan(begun + 50);
  const next = performance.now();
  // Timers may fire a millisecond early.
  expect((await inflict(lasting('stop'), stack)).from).toBeGreaterThanOrEqual(next + 49);
});

test.each(['kill', 'restart', 'stop'] as const)(
  'a part that has ended by itself is let be, and the fault is none that hit: %s',
  async (kind) => {
    isDead = true;
    expect(await inflict(onCosmos(kind), stack)).toMatchObject({ hit: false });
    expect(done).toEqual(['hold cosmos', 'let go cosmos']);
  },
);

test('a clock is off for the time of the fault only', async () => {
  const fault: PlannedFault = {
    ...base,
    duration: 100,
    kind: 'clock',
    target: 'functions',
    jump: -7_200_000,
    rate: 1,
  };
  const inflicted = inflict(fault, stack);
  expect(JSON.parse(readFileSync(join(folder, 'clock.json'), 'utf8'))).toMatchObject({
    jump: -7_200_000,
    rate: 1,
  });
  await inflicted;
  expect(existsSync(join(folder, 'clock.json'))).toBe(false);
});

test('a fault of what the stack does not have is not carried out in silence', async () => {
  const nowhere = { ...stack, parts: {}, links: new Map() };
  await expect(inflict(onCosmos('kill'), nowhere)).rejects.toThrow('no cosmos');
  const cut: PlannedFault = { ...base, kind: 'cut', target: 'functions → cosmos', mode: 'reset' };
  await expect(inflict(cut, nowhere)).rejects.toThrow('no link functions → cosmos');
});
