import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DeviceUnderTest, deviceUnderTest, input, newId } from './device-under-test.ts';
import { type Fate, LIMITS } from './fake-adapter.ts';
import type { RefusalDecision, ScanInput, ScanState } from './scan.ts';
import type { DeviceStatus } from './scanner-device.ts';

async function statusOf({ device }: DeviceUnderTest): Promise<DeviceStatus> {
  return new Promise((resolve) => void device().watch(resolve));
}

async function submit({ device }: DeviceUnderTest, fields: Partial<ScanInput> = {}): Promise<string> {
  const answer = await device().submit(newId(), input(fields), true);
  if (answer.kind !== 'stored') throw new Error(JSON.stringify(answer));
  return answer.scan.transaction.transactionId;
}

/** A device that has reached the server. */
async function onlineDevice(): Promise<DeviceUnderTest> {
  const under = deviceUnderTest();
  await under.time.advance(1_000);
  return under;
}

test('a scan made online goes at once, and is compared with what is there', async () => {
  const under = await onlineDevice();
  const id = await submit(under, { expectedVersion: 0 });
  await under.time.advance(100);
  expect(under.adapter.calls).toEqual([[expect.objectContaining({ transactionId: id, expectedVersion: 0 })]]);
  expect(under.adapter.calls[0]?.[0]?.queued).toBeUndefined();
  expect(under.store.scan(id)).toMatchObject({ state: 'synced', attempts: 1 });
  expect(await statusOf(under)).toMatchObject({ connection: 'online', isSyncing: false });
});

test('what was scanned offline waits, and goes the oldest first in batches, as what waited', async () => {
  const under = await onlineDevice();
  under.device().networkChanged(false);
  for (let scans = 0; scans < 12; scans += 1) await submit(under, { expectedVersion: 0 });
  expect((await statusOf(under)).counts.queued).toBe(12);
  expect(under.adapter.calls).toEqual([]);
  under.device().networkChanged(true);
  await under.time.advance(1_000);
  expect(under.adapter.calls.map((call) => call.map(({ sequence }) => sequence))).toEqual([
    [1, 2, 3, 4, 5],
    [6, 7, 8, 9, 10],
    [11, 12],
  ]);
  const sent = under.adapter.calls.flat();
  expect(sent.every(({ queued, expectedVersion }) => queued === true && expectedVersion === undefined)).toBe(
    true,
  );
  expect((await statusOf(under)).counts).toEqual({ queued: 0, synced: 12, refused: 0, dropped: 0 });
  expect(under.adapter.mostAtOnce()).toBe(1);
});

test('calls with scans are numbered, over restarts too', async () => {
  const under = await onlineDevice();
  under.adapter.plan('answer-lost');
  await submit(under);
  await under.time.advance(30_000);
  under.crash();
  await under.time.advance(1_000);
  await submit(under);
  await under.time.advance(1_000);
  expect(under.adapter.numbers).toEqual([1, 2, 3]);
});

test('a device that has forgotten the numbers of its calls goes on with what the server knows', async () => {
  const under = await onlineDevice();
  under.adapter.supersede(41);
  const id = await submit(under);
  await under.time.advance(1_000);
  expect(under.adapter.numbers).toEqual([1, 42]);
  expect(under.store.scan(id)?.state).toBe('synced');
  under.crash();
  await under.time.advance(1_000);
  await submit(under);
  await under.time.advance(1_000);
  expect(under.adapter.numbers).toEqual([1, 42, 43]);
});

test('a scan whose answer was lost is sent again under its id, as one that waited, and is booked once', async () => {
  const under = await onlineDevice();
  under.adapter.plan('answer-lost');
  const id = await submit(under, { expectedVersion: 0 });
  await under.time.advance(100);
  expect(under.store.scan(id)?.state).toBe('queued');
  expect((await statusOf(under)).connection).toBe('offline');
  await under.time.advance(5_000);
  expect(under.adapter.calls.map(([scan]) => [scan?.transactionId, scan?.queued])).toEqual([
    [id, undefined],
    [id, true],
  ]);
  expect(under.adapter.booked).toHaveLength(1);
  expect(under.store.scan(id)?.state).toBe('synced');
});

test('something is tried every half minute, however long nothing comes back', async () => {
  const under = deviceUnderTest();
  under.adapter.plan(...Array.from<Fate>({ length: 500 }).fill('fails'));
  await submit(under);
  await under.time.advance(3_600_000);
  const status = await statusOf(under);
  expect(status).toMatchObject({ connection: 'server-failing', lastError: { detail: 'the adapter failed' } });
  const wait = Date.parse(status.nextSyncAt ?? '') - under.time.now();
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(30_000);
  expect(status.counts.queued).toBe(1);
});

test('the server is left alone for as long as it asks for, unless the worker or the browser says otherwise', async () => {
  const under = await onlineDevice();
  under.adapter.plan('busy');
  await submit(under);
  await under.time.advance(19_000);
  expect(under.adapter.booked).toHaveLength(0);
  await under.time.advance(2_000);
  expect(under.adapter.booked).toHaveLength(1);
  under.adapter.plan('busy');
  await submit(under);
  await under.time.advance(100);
  const synced = under.device().syncNow();
  await under.time.advance(100);
  await synced;
  expect(under.adapter.booked).toHaveLength(2);
  under.adapter.plan('busy');
  await submit(under);
  await under.time.advance(100);
  under.device().networkChanged(true);
  await under.time.advance(100);
  expect(under.adapter.booked).toHaveLength(3);
});

test('calls that are too large for the network in the time there is become smaller, to ten scans, and larger again', async () => {
  const under = deviceUnderTest();
  const { client } = under.adapter;
  const { post, masterData } = client;
  const sizes: number[] = [];
  let most = 12;
  Object.assign(client, {
    async masterData(version: number) {
      const answer = await masterData(version);
      if (answer.kind !== 'answered') return answer;
      return { ...answer, body: { ...answer.body, limits: { ...LIMITS, transactionsPerCall: 100 } } };
    },
    async post(scans: Parameters<typeof post>[0]) {
      sizes.push(scans.length);
      if (scans.length <= most) return post(scans);
      await under.time.sleep(30_000);
      return { kind: 'no-answer', detail: 'No answer within 30 seconds' };
    },
  });
  await under.time.advance(1_000);
  under.device().networkChanged(false);
  for (let scans = 0; scans < 130; scans += 1) await submit(under);
  under.device().networkChanged(true);
  await under.time.advance(6 * 60_000);
  expect(sizes.slice(0, 6)).toEqual([100, 100, 50, 25, 12, 24]);
  most = 100;
  sizes.length = 0;
  await under.time.advance(5 * 60_000);
  expect(Math.max(...sizes)).toBeGreaterThan(24);
  expect(await statusOf(under)).toMatchObject({ held: 0, counts: { queued: 0, synced: 130 } });
});

test('a network that is gone makes no call smaller than ten scans', async () => {
  const under = deviceUnderTest();
  const { post } = under.adapter.client;
  const sizes: number[] = [];
  Object.assign(under.adapter.client, {
    async masterData() {
      return { kind: 'no-answer', detail: 'gone' };
    },
    async post(scans: Parameters<typeof post>[0]) {
      sizes.push(scans.length);
      return { kind: 'no-answer', detail: 'gone' };
    },
  });
  under.store.putMasterData(
    {
      version: 1,
      warehouseIds: ['WH-001'],
      items: [{ itemId: 'TEAPOT' }],
      locations: [{ warehouseId: 'WH-001', locationId: 'A-01' }],
      limits: { ...LIMITS, transactionsPerCall: 100 },
      hasMore: false,
    },
    '2026-11-22T10:00:00.000Z',
  );
  for (let scans = 0; scans < 30; scans += 1) await submit(under);
  await under.time.advance(3_600_000);
  expect(sizes.slice(0, 2)).toEqual([30, 30]);
  expect(new Set(sizes)).toEqual(new Set([30, 15, 10]));
});

test.each<[Fate, DeviceStatus['connection']]>([
  ['call-lost', 'offline'],
  ['fails', 'server-failing'],
  ['guest-network', 'server-failing'],
  ['key-refused', 'key-refused'],
])('a call that is %s leaves the connection %s and every scan where it is', async (fate, connection) => {
  const under = await onlineDevice();
  under.adapter.plan(fate);
  const id = await submit(under);
  await under.time.advance(60);
  expect((await statusOf(under)).connection).toBe(connection);
  expect(under.store.scan(id)?.state).toBe('queued');
  await under.time.advance(31_000);
  expect(under.store.scan(id)?.state).toBe('synced');
});

test('one that is refused goes to the red list and holds nobody up', async () => {
  const under = deviceUnderTest();
  under.adapter.unknownItems.add('MUG');
  const ids: string[] = [];
  for (const itemId of ['TEAPOT', 'MUG', 'TEAPOT']) ids.push(await submit(under, { itemId }));
  await under.time.advance(1_000);
  expect(ids.map((id) => under.store.scan(id)?.state)).toEqual(['synced', 'refused', 'synced']);
  expect(
    (await under.device().scans({ state: 'refused', limit: 9 })).map(({ refusal }) => refusal),
  ).toMatchObject([{ outcome: 'rejected', problem: { title: 'unknown item' } }]);
});

test('a version conflict goes again with the version that the position has now, once a person says so', async () => {
  const under = await onlineDevice();
  under.adapter.bookByOther('A-01');
  const id = await submit(under, { type: 'adjustment', reason: 'damaged', expectedVersion: 0 });
  await under.time.advance(100);
  expect(under.store.scan(id)?.refusal).toMatchObject({ outcome: 'conflict', position: { version: 1 } });
  await under.device().decide(id, { kind: 'send-again' });
  await under.time.advance(100);
  expect(under.store.scan(id)?.state).toBe('synced');
  expect(under.adapter.calls.at(-1)).toEqual([
    expect.objectContaining({ transactionId: id, expectedVersion: 1 }),
  ]);
  expect(under.adapter.calls.at(-1)?.[0]?.queued).toBeUndefined();
});

test('a warning goes again beside the count of the other, once a person says so', async () => {
  const under = await onlineDevice();
  under.adapter.locks.set('A-01', 'lock-1');
  const id = await submit(under);
  await under.time.advance(100);
  expect(under.store.scan(id)?.refusal?.problem.locks?.[0]).toMatchObject({
    userId: 'sue',
    lockId: 'lock-1',
  });
  expect(await under.device().decide(id, { kind: 'send-again' })).toMatchObject({ kind: 'decided' });
  await under.time.advance(100);
  expect(under.store.scan(id)?.state).toBe('synced');
  expect(under.adapter.booked[0]?.acknowledgeLock).toBe('lock-1');
});

test('a closed device calls nobody and writes nothing, also when its answer comes', async () => {
  const under = await onlineDevice();
  const id = await submit(under);
  under.device().close();
  await under.time.advance(3_600_000);
  expect(under.adapter.calls).toHaveLength(1);
  expect(under.store.scan(id)?.state).toBe('queued');
});

test('a storage that cannot be read for a moment ends no pass for good', async () => {
  const under = await onlineDevice();
  under.device().networkChanged(false);
  const id = await submit(under);
  const { enrolment } = under.store;
  let failures = 0;
  Object.assign(under.store, {
    enrolment: () => {
      failures += 1;
      if (failures === 1) throw new Error('disk I/O error');
      return enrolment();
    },
  });
  await under.time.advance(90_000);
  expect(failures).toBeGreaterThan(1);
  expect(under.store.scan(id)?.state).toBe('synced');
});

test('while nothing waits, a small call finds out that the server is back', async () => {
  const under = deviceUnderTest();
  under.adapter.plan('call-lost', 'call-lost', 'call-lost');
  await under.time.advance(200);
  expect((await statusOf(under)).connection).toBe('offline');
  await under.time.advance(90_000);
  expect((await statusOf(under)).connection).toBe('online');
  expect(under.adapter.calls).toEqual([]);
});

test('who asks while a call is under way that fails need not wait for the next pass', async () => {
  const under = await onlineDevice();
  under.adapter.plan('key-refused');
  const id = await submit(under);
  const synced = under.device().syncNow();
  await under.time.advance(200);
  await synced;
  expect(under.store.scan(id)?.state).toBe('synced');
});

const fate = fc.constantFrom<Fate>(
  'answered',
  'answered',
  'call-lost',
  'answer-lost',
  'fails',
  'guest-network',
  'key-refused',
  'half-answered',
  'busy',
);

const decision = fc.oneof(
  fc.constant<RefusalDecision>({ kind: 'send-again' }),
  fc.record({ kind: fc.constant('drop' as const), reason: fc.constantFrom('mistake', '') }),
  fc.record({
    kind: fc.constant('correct' as const),
    changes: fc.record({
      quantity: fc.integer({ min: -1, max: 9 }),
      itemId: fc.constantFrom('TEAPOT', 'MUG'),
    }),
  }),
);

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('scan' as const),
      itemId: fc.constantFrom('TEAPOT', 'MUG'),
      locationId: fc.constantFrom('A-01', 'A-02'),
      expectedVersion: fc.option(fc.nat(2), { nil: undefined }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(10, 60, 40_000) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('plan' as const), fate }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'crash' as const }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('decide' as const), which: fc.nat(5), decision }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('network' as const), isOnline: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('unknown' as const), isUnknown: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lock' as const), isLocked: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'other' as const }) },
);

type Step = typeof step extends fc.Arbitrary<infer Drawn> ? Drawn : never;

async function take(under: DeviceUnderTest, one: Step): Promise<void> {
  const { adapter, device, time } = under;
  switch (one.kind) {
    case 'scan': {
      const { itemId, locationId, expectedVersion } = one;
      await submit(under, { itemId, locationId, ...(expectedVersion !== undefined && { expectedVersion }) });
      return;
    }
    case 'wait':
      return time.advance(one.ms);
    case 'plan':
      return adapter.plan(one.fate);
    case 'crash':
      return under.crash();
    case 'decide': {
      const red = await device().scans({ state: 'refused', limit: 9 });
      const scan = red[one.which % Math.max(red.length, 1)];
      if (scan) await device().decide(scan.transaction.transactionId, one.decision);
      return;
    }
    case 'network':
      return device().networkChanged(one.isOnline);
    case 'unknown':
      if (one.isUnknown) adapter.unknownItems.add('MUG');
      else adapter.unknownItems.delete('MUG');
      return;
    case 'lock':
      if (one.isLocked) adapter.locks.set('A-02', 'lock-1');
      else adapter.locks.delete('A-02');
      return;
    case 'other':
      return adapter.bookByOther('A-01');
  }
}

/** The arrows of the states, and those that several steps between two looks make of them. */
const ARROWS: Readonly<Record<ScanState, readonly ScanState[]>> = {
  queued: ['queued', 'synced', 'refused', 'dropped'],
  refused: ['refused', 'queued', 'synced', 'dropped'],
  synced: ['synced'],
  dropped: ['dropped'],
};

test('whatever happens, no scan is lost or doubled, order is kept, and nothing leaves the states', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 50 }), async (steps) => {
      const under = deviceUnderTest();
      const { adapter, store, time } = under;
      const seen = new Map<string, ScanState>();
      const look = () => {
        const scans = store.scans({ limit: 999 });
        for (const { transaction, state } of scans) {
          const id = transaction.transactionId;
          expect(ARROWS[seen.get(id) ?? 'queued']).toContain(state);
          seen.set(id, state);
        }
        expect(scans).toHaveLength(seen.size);
        expect(scans.map(({ transaction }) => transaction.sequence)).toEqual(
          scans.map((_, index) => scans.length - index),
        );
        // What the server has, nobody may take for not booked; what is green, it has.
        for (const { transactionId } of adapter.booked)
          expect(['queued', 'synced']).toContain(seen.get(transactionId));
        const has = new Set(adapter.booked.map(({ transactionId }) => transactionId));
        for (const [id, state] of seen) if (state === 'synced') expect(has).toContain(id);
      };
      for (const one of steps) {
        await take(under, one);
        look();
      }
      under.device().networkChanged(true);
      await time.advance(1_800_000);
      look();
      expect([...seen.values()]).not.toContain('queued');
      const green = [...seen].filter(([, state]) => state === 'synced').map(([id]) => id);
      expect(adapter.booked.map(({ transactionId }) => transactionId).toSorted()).toEqual(green.toSorted());
      const undisputed = adapter.booked.filter(
        ({ transactionId }) =>
          !adapter.refusedIds.has(transactionId) && !adapter.failedAloneIds.has(transactionId),
      );
      const sequences = undisputed.map(({ sequence }) => sequence ?? 0);
      expect(sequences).toEqual(sequences.toSorted((one, other) => one - other));
      under.device().close();
    }),
    { numRuns: 100 },
  );
}, 120_000);
