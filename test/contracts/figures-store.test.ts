import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyFigures } from '../../shared/figures/figures-recorder.ts';
import type { FiguresStore } from '../../shared/ports/figures-store.ts';
import { StoreUnavailable } from '../../shared/ports/stock-store.ts';
import { tableFiguresStore } from '../../shared/storage/figures-store.ts';
import { inMemoryFigures } from '../doubles/figures-store.ts';
import { inMemory, inStorage, type StoreUnderTest } from './store-under-test.ts';

function entry(at: string, instance: string, events = 1) {
  return { at, instance, figures: { ...emptyFigures(), events } };
}

describe.each<[string, () => Promise<StoreUnderTest<FiguresStore>>]>([
  ['in memory', inMemory(inMemoryFigures)],
  ['in Table storage', inStorage((storage) => tableFiguresStore(storage.table('figures')))],
])('figures %s', (_name, start) => {
  let implementation: StoreUnderTest<FiguresStore>;
  let store: FiguresStore;
  beforeAll(async () => {
    implementation = await start();
    store = implementation.store;
  });
  afterAll(() => implementation.stop());

  test('are read by time, across days, of all instances', async () => {
    const entries = [
      entry('2024-11-17T23:59:50.000Z', 'a'),
      entry('2024-11-18T00:00:00.000Z', 'a'),
      entry('2024-11-18T00:00:00.000Z', 'b'),
      entry('2024-11-18T00:00:10.000Z', 'a'),
    ];
    for (const one of entries.toReversed()) await store.put(one);
    expect(await store.since('2024-11-17T23:59:50.000Z')).toEqual(entries);
    expect(await store.since('2024-11-18T00:00:00.000Z')).toEqual(entries.slice(1));
    expect(await store.since('2024-11-18T00:00:10.001Z')).toEqual([]);
  });

  test('of the same slot and instance take the place of the earlier ones', async () => {
    await store.put(entry('2024-11-19T10:00:00.000Z', 'a', 3));
    await store.put(entry('2024-11-19T10:00:00.000Z', 'a', 5));
    expect(await store.since('2024-11-19T10:00:00.000Z')).toMatchObject([{ figures: { events: 5 } }]);
  });

  test('of days before are removed', async () => {
    await store.removeBefore('2024-11-18');
    const [first] = await store.since('2024-11-01T00:00:00.000Z');
    expect(first?.at).toBe('2024-11-18T00:00:00.000Z');
  });

  test('that are away say so', async () => {
    await implementation.goAway();
    await expect(store.since('2024-11-18T00:00:00.000Z')).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(store.put(entry('2024-11-18T00:00:00.000Z', 'a'))).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(store.removeBefore('2024-11-19')).rejects.toBeInstanceOf(StoreUnavailable);
  });
});
