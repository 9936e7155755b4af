import { decideOn, request } from '../../apps/wms-adapter/contract/fixtures.ts';
import { openSqliteDatabase } from '../../apps/wms-adapter/sqlite/database.ts';
import { registeredDeviceSchema } from '../../shared/contracts/device.ts';
import { type Transaction, transactionSchema } from '../../shared/contracts/transaction.ts';
import type { Chance } from '../simulation/chance.ts';
import type { FleetAdapter } from './fleet-adapter.ts';
import type { FleetClock } from './fleet-clock.ts';
import {
  type Aisle,
  aislesOf,
  badgeOf,
  EVERYWHERE,
  PIN,
  SUPERVISORS,
  scannerOf,
  WAREHOUSE,
  workerOf,
} from './layout.ts';

export type OpenWarehouse = {
  /** Keys of the devices, by their number. */
  readonly keys: readonly string[];
  /** What lay there from the start, as it was booked. */
  readonly opening: readonly Transaction[];
};

type Parts = {
  readonly adapter: FleetAdapter;
  readonly clock: FleetClock;
  readonly chance: Chance;
};

const AT_ONCE = 500;

/** Master data, people, devices, stock and orders of a fleet. */
export async function openWarehouse(parts: Parts, devices: number): Promise<OpenWarehouse> {
  const { adapter, clock, chance } = parts;
  const aisles = aislesOf(devices);
  const itemIds = [EVERYWHERE, ...aisles.flatMap(({ items }) => items.filter((one) => one !== EVERYWHERE))];
  const locations = aisles.flatMap((aisle) =>
    aisle.locations.map((locationId) => ({ warehouseId: WAREHOUSE, locationId })),
  );
  const send = async (method: string, path: string, entries: readonly unknown[]) => {
    for (let start = 0; start < entries.length; start += AT_ONCE)
      await adapter.call(method, path, entries.slice(start, start + AT_ONCE));
  };
  await send(
    'PUT',
    '/items',
    itemIds.map((itemId) => ({ itemId })),
  );
  await send('PUT', '/locations', locations);
  for (const userId of SUPERVISORS) await putUser(adapter, userId, 'supervisor');
  const keys = await Promise.all(
    Array.from({ length: devices }, (_unused, device) => register(adapter, device)),
  );
  const opening = aisles.flatMap((aisle, nth) => openingOf(aisle, clock, chance.stream(`opening ${nth}`)));
  await send('POST', '/transactions', opening);
  await placeOrders(adapter, clock, aisles);
  return { keys, opening };
}

/** A device and its worker; answers the device's key. */
async function register(adapter: FleetAdapter, device: number): Promise<string> {
  await putUser(adapter, workerOf(device), 'worker');
  const details = { warehouseIds: [WAREHOUSE] };
  return registeredDeviceSchema.parse(await adapter.call('PUT', `/devices/${scannerOf(device)}`, details))
    .key;
}

/** Somebody who works in the warehouse, or has left. */
export async function putUser(
  adapter: FleetAdapter,
  userId: string,
  role: 'worker' | 'supervisor',
  isActive = true,
): Promise<void> {
  const details = { role, warehouseIds: [WAREHOUSE], badge: badgeOf(userId), pin: PIN, isActive };
  await adapter.call('PUT', `/users/${userId}`, details);
}

/** A receipt for each shelf; some shelves are empty. */
function openingOf({ locations, items }: Aisle, clock: FleetClock, chance: Chance): Transaction[] {
  return items.flatMap((itemId) =>
    locations
      .filter(() => chance.happens(0.8))
      .map((locationId, sequence) =>
        transactionSchema.parse({
          transactionId: chance.uuid(),
          type: 'receipt',
          ...{ itemId, warehouseId: WAREHOUSE, locationId, sequence },
          quantity: chance.between(20, 400),
          scannedAt: new Date(clock.now()).toISOString(),
          ...{ scannerId: 'GOODS-IN', userId: 'sup-1' },
        }),
      ),
  );
}

/** As the cloud asks for it. */
async function placeOrders(
  { databaseFile }: FleetAdapter,
  clock: FleetClock,
  aisles: readonly Aisle[],
): Promise<void> {
  const database = openSqliteDatabase(databaseFile);
  const orders = aisles.flatMap((aisle) => aisle.orders);
  const orderedAt = new Date(clock.now()).toISOString();
  const asked = orders.map((order) => request({ ...order, warehouseId: WAREHOUSE, orderedAt }));
  try {
    await decideOn(database, asked, new Date(clock.now()));
  } finally {
    await database.close();
  }
}
