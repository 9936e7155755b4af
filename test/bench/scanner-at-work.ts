import { adapterClient } from '../../local/replay/adapter-client.ts';
import { registeredDeviceSchema } from '../../shared/contracts/device.ts';
import { WAREHOUSES } from './loads.ts';
import { WORK_LOCATIONS } from './warehouse-work.ts';

/** What a device is set up with, and who signs in on it. */
export type ScannerAtWork = {
  readonly card: { readonly scannerId: string; readonly key: string };
  readonly badge: string;
  readonly pin: string;
};

const SCANNER = 'SCANNER-08';
const BADGE = 'B-23';
const PIN = '271828';

/** Puts a device of all warehouses, somebody who works with it, these items, and where everything lies. */
export async function registerScanner(adapter: string, itemIds: readonly string[]): Promise<ScannerAtWork> {
  const client = adapterClient(adapter);
  await client.putLocations(
    WAREHOUSES.flatMap((warehouseId) => WORK_LOCATIONS.map((locationId) => ({ warehouseId, locationId }))),
  );
  await client.putItems(itemIds.map((itemId) => ({ itemId })));
  await put(adapter, 'users/warehouse_user_23', { warehouseIds: WAREHOUSES, badge: BADGE, pin: PIN });
  const device = await put(adapter, `devices/${SCANNER}`, { warehouseIds: WAREHOUSES });
  const { key } = registeredDeviceSchema.parse(device);
  return { card: { scannerId: SCANNER, key }, badge: BADGE, pin: PIN };
}

async function put(adapter: string, path: string, body: unknown): Promise<unknown> {
  const response = await fetch(`${adapter}/api/v1/${path}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`PUT ${path} was answered ${response.status}`);
  return response.json();
}
