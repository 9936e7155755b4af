import { expect, test } from 'vitest';
import { virtualRuntime } from '../../test/doubles/virtual-runtime.ts';
import type { AdapterStatus } from '../contracts/adapter-status.ts';
import { backlogSchema } from '../contracts/backlog.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';
import { backlogTeller } from './tell-backlog.ts';

const NOTHING = { waiting: 0, more: false, oldestAt: undefined };

test('tells how many wait where, and for how long; what is scheduled for later does not wait yet', async () => {
  const clock = virtualRuntime();
  const tell = backlogTeller(
    async () => ({
      places: [
        { place: 'inventory-events/journal', waiting: 250, more: true, oldestAt: clock.now() - 12_500 },
        { place: 'projection-retry', waiting: 1, more: false, oldestAt: clock.now() + 3_000 },
        { place: 'stock-changes', ...NOTHING },
      ],
      adapters: [],
      unread: [{ place: 'allocation-requests/WH-002', why: 'UnauthorizedAccess' }],
    }),
    clock,
  );
  expect(backlogSchema.parse(await tell())).toEqual({
    at: new Date(clock.now()).toISOString(),
    places: [
      { place: 'inventory-events/journal', waiting: 250, atLeast: true, oldestSeconds: 12.5 },
      { place: 'projection-retry', waiting: 1, atLeast: false, oldestSeconds: 0 },
      { place: 'stock-changes', waiting: 0, atLeast: false, oldestSeconds: null },
    ],
    adapters: [],
    unreadPlaces: [{ place: 'allocation-requests/WH-002', why: 'UnauthorizedAccess' }],
  });
});

test('tells how the adapter of each warehouse is, by what it told last, and of whom nothing is heard', async () => {
  const clock = virtualRuntime();
  const outbox = { unsent: 12, parked: 0, oldestAgeMs: 40_000 };
  const heard = (secondsAgo: number, database: AdapterStatus['database']) => ({
    status: { adapterId: 'wms-1:7080', warehouseIds: ['WH-001'], database, outbox },
    heardAt: clock.now() - secondsAgo * 1_000,
  });
  const tell = backlogTeller(
    async () => ({
      ...{ places: [], unread: [] },
      adapters: [
        { warehouseId: 'WH-001', heard: heard(59, 'ready') },
        { warehouseId: 'WH-002', heard: heard(180, 'does-not-answer') },
        { warehouseId: 'WH-003', heard: heard(181, 'ready') },
        { warehouseId: 'WH-004', heard: undefined },
      ],
    }),
    clock,
  );
  const at = (secondsAgo: number) => new Date(clock.now() - secondsAgo * 1_000).toISOString();
  expect(backlogSchema.parse(await tell()).adapters).toEqual([
    { warehouseId: 'WH-001', state: 'ready', heardAt: at(59), outbox },
    { warehouseId: 'WH-002', state: 'database-does-not-answer', heardAt: at(180), outbox },
    { warehouseId: 'WH-003', state: 'not-heard-of', heardAt: at(181), outbox },
    { warehouseId: 'WH-004', state: 'not-heard-of', heardAt: null },
  ]);
});

test('looks once in four seconds for all who ask', async () => {
  const clock = virtualRuntime();
  let looks = 0;
  const tell = backlogTeller(async () => {
    looks += 1;
    return { places: [], adapters: [], unread: [] };
  }, clock);
  await Promise.all([tell(), tell()]);
  clock.advance(3_999);
  await tell();
  expect(looks).toBe(1);
  clock.advance(1);
  await tell();
  expect(looks).toBe(2);
});

test('says that the bus is away rather than wait for it for ever', async () => {
  const clock = virtualRuntime();
  const tell = backlogTeller(() => new Promise(() => {}), clock);
  await expect(tell()).rejects.toThrow(StoreUnavailable);
});
