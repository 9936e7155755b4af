import { openDeviceStore } from '../store/device-store.ts';
import { openNodeSqlite } from '../store/node-sqlite.ts';
import { type Device, openDevice } from './device.ts';
import type { DeviceStore } from './device-store.ts';
import { type FakeAdapter, fakeAdapter, LIMITS } from './fake-adapter.ts';
import type { ScanInput } from './scan.ts';
import { type VirtualTime, virtualTime } from './virtual-time.ts';

/** A device in a warehouse of two items and three locations, with Ann signed in, on virtual time. */
export type DeviceUnderTest = {
  readonly time: VirtualTime;
  readonly adapter: FakeAdapter;
  readonly store: DeviceStore;
  device(): Device;
  /** The app is gone at once, and started anew on what is stored. */
  crash(): void;
};

/** The numbers that ids are made of start anew for each, so that a run can be repeated. */
export function deviceUnderTest(
  store: DeviceStore = openDeviceStore(openNodeSqlite(':memory:')),
): DeviceUnderTest {
  const time = virtualTime();
  const adapter = fakeAdapter(time);
  let ids = 0;
  store.enrol({ scannerId: 'SCANNER-08', warehouseIds: ['WH-001'] });
  store.putSession({
    userId: 'ann',
    name: 'Ann',
    role: 'worker',
    warehouseIds: ['WH-001'],
    validUntil: '2026-12-24T00:00:00.000Z',
    isOffline: false,
  });
  const at = new Date(time.now()).toISOString();
  store.putMasterData(
    {
      version: 1,
      warehouseIds: ['WH-001'],
      items: [{ itemId: 'TEAPOT', barcodes: ['4006381333931'], maxQuantity: 50 }, { itemId: 'MUG' }],
      locations: ['A-01', 'A-02', 'B-01'].map((locationId) => ({ warehouseId: 'WH-001', locationId })),
      limits: LIMITS,
      hasMore: false,
    },
    at,
  );
  const open = () =>
    openDevice({
      store,
      client: adapter.client,
      clock: time,
      random: () => 0.5,
      after: time.after,
      log: () => undefined,
      newId: () => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`,
    });
  let device = open();
  return {
    time,
    adapter,
    store,
    device: () => device,
    crash() {
      device.close();
      device = open();
    },
  };
}

/** As a page makes it for a scan. */
export function newId(): string {
  return crypto.randomUUID();
}

/** A receipt of five teapots, unless told otherwise. */
export function input(fields: Partial<ScanInput> = {}): ScanInput {
  return {
    type: 'receipt',
    itemId: 'TEAPOT',
    warehouseId: 'WH-001',
    locationId: 'A-01',
    lotNumber: null,
    quantity: 5,
    ...fields,
  };
}
