import { expect, test } from 'vitest';
import { inMemoryFigures } from '../../test/doubles/figures-store.ts';
import { figuresSchema } from '../contracts/figures.ts';
import { figuresRecorder } from './figures-recorder.ts';
import { readFigures } from './read-figures.ts';

const TEN = Date.parse('2024-11-18T10:00:00.000Z');

function recording() {
  const store = inMemoryFigures();
  const clock = { now: TEN };
  const process = (instance: string) => figuresRecorder(store, instance, () => clock.now);
  /** An event that was scanned and committed so many milliseconds ago. */
  const event = (scanned: number | undefined, committed: number) => ({
    committedAt: new Date(clock.now - committed).toISOString(),
    scannedAt: scanned === undefined ? undefined : new Date(clock.now - scanned).toISOString(),
    visibleAt: clock.now,
  });
  const read = () => readFigures(store, 15, clock.now);
  return { store, clock, process, event, read };
}

test('what processes did is told slot by slot and in total, with its latencies', async () => {
  const { clock, process, event, read } = recording();
  const [a, b] = [process('a'), process('b')];
  a.record({ visible: [event(1_700, 900), event(1_700, 900)], parked: 1 });
  b.record({ visible: [event(1_700, 900)], parked: 0 });
  clock.now += 10_000;
  a.record({ visible: [event(200, 100)], parked: 0 });
  await Promise.all([a.flush(), b.flush()]);
  const figures = figuresSchema.parse(await read());
  expect(figures.slots.map(({ at, events, parked }) => [at, events, parked])).toEqual([
    ['2024-11-18T10:00:00.000Z', 3, 1],
    ['2024-11-18T10:00:10.000Z', 1, 0],
  ]);
  expect(figures.slots[0]).toMatchObject({
    scannedLatency: { p50: 1_625, p99: 1_748 },
    committedLatency: { p50: 900, p99: 998 },
  });
  expect(figures.total).toMatchObject({ events: 4, parked: 1, offline: 0 });
});

test('a scan that waited on the scanner counts as one, and its latency is that from the commit', async () => {
  const { process, event, read } = recording();
  const a = process('a');
  a.record({ visible: [event(8 * 3_600_000, 120), event(undefined, 120)], parked: 0 });
  await a.flush();
  const { total } = await read();
  expect(total).toMatchObject({ events: 2, offline: 1, scannedLatency: { p50: null, p99: null } });
  expect(total.committedLatency.p99).not.toBeNull();
});

test('nothing that happened writes nothing, and what is older than was asked for is not told', async () => {
  const { store, clock, process, event, read } = recording();
  const a = process('a');
  a.record({ visible: [], parked: 0 });
  await a.flush();
  expect(await store.since('')).toEqual([]);
  a.record({ visible: [event(1, 1)], parked: 0 });
  await a.flush();
  await a.flush();
  clock.now += 16 * 60_000;
  expect((await read()).slots).toEqual([]);
});

test('a store that is away loses figures, and holds nobody up', async () => {
  const { store, clock, process, event, read } = recording();
  const a = process('a');
  store.away = true;
  a.record({ visible: [event(1, 1)], parked: 0 });
  await a.flush();
  clock.now += 10_000;
  store.away = false;
  a.record({ visible: [event(1, 1)], parked: 0 });
  await a.flush();
  expect((await read()).total.events).toBe(1);
});
