import { createRequire } from 'node:module';
import { afterEach, expect, test, vi } from 'vitest';
import { PAUSE } from './azurite-autosave.ts';

/** The very library that Azurite loads. */
const Loki = createRequire(import.meta.resolve('azurite/package.json'))('lokijs');

type Database = { autosaveEnable(): void; autosaveDisable(): void };
type Saving = { readonly begun: number; readonly ended: number };

let opened: Database | undefined;
afterEach(() => opened?.autosaveDisable());

/** A database that looks every so many milliseconds, and takes so many to be written. */
function openDatabase(interval: number, writing: number) {
  const saved: Saving[] = [];
  const state = { isChanged: true, looks: 0 };
  const database: Database = Object.assign(new Loki('test', { env: 'NODEJS' }), {
    autosaveInterval: interval,
    autosaveDirty: () => {
      if (!state.isChanged) state.looks += 1;
      return state.isChanged;
    },
    saveDatabase: () => {
      const begun = performance.now();
      while (performance.now() - begun < writing);
      saved.push({ begun, ended: performance.now() });
    },
  });
  opened = database;
  database.autosaveEnable();
  return { saved, state };
}

test('a database that takes long to be written leaves its callers nine times as long', async () => {
  const { saved } = openDatabase(1, 20);
  await vi.waitUntil(() => saved.length >= 3);
  for (const [index, { begun }] of saved.entries()) {
    const before = saved[index - 1];
    if (before) expect(begun - before.ended).toBeGreaterThanOrEqual(PAUSE * 20 - 1);
  }
});

test('one that has not changed is not written, and is looked at again', async () => {
  const { saved, state } = openDatabase(1, 0);
  await vi.waitUntil(() => saved.length > 1);
  state.isChanged = false;
  const written = saved.length;
  await vi.waitUntil(() => state.looks > 3);
  expect(saved.length).toBe(written);
  state.isChanged = true;
  await vi.waitUntil(() => saved.length > written);
});
