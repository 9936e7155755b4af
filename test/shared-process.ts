import { afterAll, expect, vi } from 'vitest';

/**
 * Files that share a process run one after the other, each in what the one before has left. So a file puts back what
 * it changes of the process, or is named in ALONE of vitest.config.ts; else it would fail another file, now and then.
 */
const before = processState();
afterAll(() =>
  vi.waitFor(() => expect(changes(before, processState()), 'left behind').toEqual([]), { timeout: 10_000 }),
);

/** What belongs to the process, by a name that says nothing secret. */
function processState(): ReadonlyMap<string, unknown> {
  const running = process
    .getActiveResourcesInfo()
    .filter((name) => ['TCPServerWrap', 'ProcessWrap'].includes(name));
  const globals = Object.getOwnPropertyNames(globalThis).filter((name) => !name.startsWith('__'));
  const listened = process.eventNames();
  return new Map<string, unknown>([
    ...Object.entries(process.env).map(([name, value]): [string, unknown] => [`process.env.${name}`, value]),
    ...globals.map((name): [string, unknown] => [`globalThis.${name}`, true]),
    ...listened.map((name): [string, unknown] => [`process.on ${String(name)}`, process.listenerCount(name)]),
    ['servers and child processes', running.length],
    ['fake timers', vi.isFakeTimers()],
    ['working directory', process.cwd()],
  ]);
}

/** Names of what differs. */
function changes(one: ReadonlyMap<string, unknown>, other: ReadonlyMap<string, unknown>): string[] {
  return [...new Set([...one.keys(), ...other.keys()])].filter((name) => one.get(name) !== other.get(name));
}
