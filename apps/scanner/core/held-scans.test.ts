import { expect, test } from 'vitest';
import { type DeviceUnderTest, deviceUnderTest, input, newId } from './device-under-test.ts';
import type { DeviceStatus } from './scanner-device.ts';

async function statusOf({ device }: DeviceUnderTest): Promise<DeviceStatus> {
  return new Promise((resolve) => void device().watch(resolve));
}

/** Scans of these items, made without a network, which is back then. */
async function queueOf(under: DeviceUnderTest, ...itemIds: readonly string[]): Promise<void> {
  await under.time.advance(1_000);
  under.device().networkChanged(false);
  for (const itemId of itemIds) await under.device().submit(newId(), input({ itemId }));
  under.device().networkChanged(true);
}

type FailingServer = {
  fails(): void;
  /** It fails on so many calls more. */
  isBackAfter(calls: number): void;
};

/** The server of a device fails on every call, or on every one with scans, until told otherwise. */
function failing(
  { adapter }: DeviceUnderTest,
  on: 'every call' | 'with scans' = 'every call',
): FailingServer {
  let left = Number.POSITIVE_INFINITY;
  const { post } = adapter.client;
  Object.assign(adapter.client, {
    post: async (scans: Parameters<typeof post>[0]) => {
      if (left <= 0 || (on === 'with scans' && scans.length === 0)) return post(scans);
      left -= 1;
      return { kind: 'failing', status: 502, detail: 'Bad Gateway' };
    },
  });
  return {
    fails: () => {
      left = Number.POSITIVE_INFINITY;
    },
    isBackAfter: (calls) => {
      left = calls;
    },
  };
}

const states = ({ store }: DeviceUnderTest) =>
  store
    .scans({ limit: 99 })
    .map(({ state }) => state)
    .toReversed();

test('a scan on which the server fails holds no other up, waits, and says so', async () => {
  const under = deviceUnderTest();
  under.adapter.poison.add('MUG');
  await queueOf(under, 'TEAPOT', 'TEAPOT', 'MUG', 'TEAPOT', 'TEAPOT', 'TEAPOT', 'TEAPOT');
  await under.time.advance(30_000);
  const others = Array.from({ length: 4 }).fill('synced');
  expect(states(under)).toEqual(['synced', 'synced', 'queued', ...others]);
  expect(await statusOf(under)).toMatchObject({ connection: 'online', held: 1, counts: { queued: 1 } });
  expect(await under.device().scans({ state: 'queued', limit: 9 })).toMatchObject([
    { state: 'queued', held: { reason: 'server-fails', trouble: { detail: 'the adapter failed' } } },
  ]);
});

test('a scan that is held is tried by itself, ever more seldom, and goes up when the server fails no more', async () => {
  const under = deviceUnderTest();
  under.adapter.poison.add('MUG');
  await queueOf(under, 'MUG', 'MUG', 'TEAPOT');
  let tries = 0;
  const { post } = under.adapter.client;
  Object.assign(under.adapter.client, {
    post: (scans: Parameters<typeof post>[0]) => {
      if (scans.some(({ itemId }) => itemId === 'MUG')) tries += 1;
      return post(scans);
    },
  });
  await under.time.advance(120_000);
  expect(states(under)).toEqual(['queued', 'queued', 'synced']);
  await under.time.advance(3_600_000);
  expect(tries).toBeGreaterThan(4);
  expect(tries).toBeLessThan(40);
  under.adapter.poison.clear();
  await under.time.advance(16 * 60_000);
  expect(states(under)).toEqual(['synced', 'synced', 'synced']);
  expect(await statusOf(under)).toMatchObject({ held: 0 });
  expect(under.adapter.booked).toHaveLength(3);
});

test('three failures in a row on one scan are taken for bad luck: no other goes before it', async () => {
  const under = deviceUnderTest();
  await under.time.advance(1_000);
  under.device().networkChanged(false);
  await under.device().submit(newId(), input({ itemId: 'MUG' }));
  under.adapter.plan('fails', 'fails', 'fails');
  under.device().networkChanged(true);
  await under.device().submit(newId(), input());
  await under.time.advance(60_000);
  expect(under.adapter.booked.map(({ itemId }) => itemId)).toEqual(['MUG', 'TEAPOT']);
});

test('whoever asks for an upload has what is held tried at once', async () => {
  const under = deviceUnderTest();
  under.adapter.poison.add('MUG');
  await queueOf(under, 'MUG');
  await under.time.advance(60_000);
  expect(await statusOf(under)).toMatchObject({ held: 1 });
  under.adapter.poison.clear();
  void under.device().syncNow();
  await under.time.advance(200);
  expect(states(under)).toEqual(['synced']);
});

test('a server that fails on everything for an hour holds no scan, and gets all in their order then', async () => {
  const under = deviceUnderTest();
  const server = failing(under);
  await queueOf(under, ...Array.from<string>({ length: 20 }).fill('TEAPOT'));
  await under.time.advance(3_600_000);
  expect(await statusOf(under)).toMatchObject({ held: 0, counts: { queued: 20 } });
  server.isBackAfter(0);
  await under.time.advance(40_000);
  expect(under.adapter.booked.map(({ sequence }) => sequence)).toEqual(
    Array.from({ length: 20 }, (_, index) => index + 1),
  );
});

test('a server that is back between a scan that it failed on and the question whether it is there holds no scan', async () => {
  const under = deviceUnderTest();
  const server = failing(under);
  await queueOf(under, ...Array.from<string>({ length: 20 }).fill('TEAPOT'));
  // Whatever failure is the last one: the server is back right after it.
  for (let failures = 1; failures <= 8; failures += 1) {
    await under.time.advance(3_600_000);
    server.isBackAfter(1);
    await under.time.advance(31_000);
    expect(await statusOf(under)).toMatchObject({ held: 0, counts: { queued: 0 } });
    server.fails();
    await queueOf(under, ...Array.from<string>({ length: 20 }).fill('TEAPOT'));
    await under.time.advance(failures * 20_000);
  }
  const sequences = under.adapter.booked.map(({ sequence }) => sequence ?? 0);
  expect(sequences).toEqual(sequences.toSorted((one, other) => one - other));
});

test('a server that fails on every call with scans for an hour gets all in their order then, but for one', async () => {
  const under = deviceUnderTest();
  const server = failing(under, 'with scans');
  await queueOf(under, ...Array.from<string>({ length: 200 }).fill('TEAPOT'));
  await under.time.advance(3_600_000);
  const { held } = await statusOf(under);
  expect(held).toBeGreaterThan(1);
  server.isBackAfter(0);
  await under.time.advance(60_000);
  expect(await statusOf(under)).toMatchObject({ held: 0, counts: { queued: 0 } });
  const [found, ...others] = under.adapter.booked.map(({ sequence }) => sequence ?? 0);
  expect(found).toBe(held + 1);
  expect(others).toEqual(others.toSorted((one, other) => one - other));
});

test('two scans on which the server fails go on holding no other up, also after they were tried again at once', async () => {
  const under = deviceUnderTest();
  under.adapter.poison.add('MUG');
  await queueOf(under, 'MUG', 'MUG', ...Array.from<string>({ length: 40 }).fill('TEAPOT'));
  await under.time.advance(150_000);
  expect(await statusOf(under)).toMatchObject({ held: 2, counts: { queued: 2, synced: 40 } });
});

test('a result that this app does not know leaves its scan waiting, which says that the app is too old', async () => {
  const under = deviceUnderTest();
  under.adapter.novelties.add('MUG');
  await queueOf(under, 'TEAPOT', 'MUG', 'TEAPOT');
  await under.time.advance(1_000);
  expect(states(under)).toEqual(['synced', 'queued', 'synced']);
  expect(await under.device().scans({ state: 'queued', limit: 9 })).toMatchObject([
    { held: { reason: 'app-too-old', detail: 'parked' } },
  ]);
  // The new version of the app.
  under.adapter.novelties.clear();
  under.crash();
  await under.time.advance(1_000);
  expect(states(under)).toEqual(['synced', 'synced', 'synced']);
  expect(under.adapter.booked).toHaveLength(3);
});
