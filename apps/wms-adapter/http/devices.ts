import { Hono } from 'hono';
import { deviceDetailsSchema } from '../../../shared/contracts/device.ts';
import { scannerIdSchema } from '../../../shared/contracts/identifiers.ts';
import { hashOfKey, newDeviceKey } from '../devices/device-key.ts';
import type { DeviceRegistry } from '../devices/device-registry.ts';
import type { ApiEnvironment } from './call.ts';
import { jsonAnswer } from './json-answer.ts';
import { readBody } from './json-body.ts';
import { listed, page, pageQuerySchema, readQuery } from './pages.ts';
import { pathName } from './path-name.ts';
import { administratorsOnly } from './permissions.ts';
import { ProblemException } from './problem.ts';
import { unknownWarehouses } from './unknown-warehouses.ts';

/**
 * Which handhelds may post, and in which warehouses. `PUT /devices/{scannerId}` registers one, or gives a known one a new key, and answers that key:
 * this once, since only its hash is kept. `DELETE` makes the key invalid. Not for devices.
 */
export function deviceRoutes(
  registry: DeviceRegistry,
  newKey: () => string = newDeviceKey,
): Hono<ApiEnvironment> {
  return new Hono<ApiEnvironment>()
    .get('/devices', administratorsOnly, async (context) => {
      const query = readQuery(context, pageQuerySchema);
      return jsonAnswer(context, listed('devices', await page(() => registry.devices(query))));
    })
    .get('/devices/:scannerId', administratorsOnly, async (context) => {
      const scannerId = pathName(context, 'scannerId', scannerIdSchema);
      return jsonAnswer(context, (await registry.device(scannerId)) ?? unknownDevice(scannerId));
    })
    .put('/devices/:scannerId', administratorsOnly, async (context) => {
      const scannerId = pathName(context, 'scannerId', scannerIdSchema);
      const details = await readBody(context, deviceDetailsSchema);
      const known = await registry.device(scannerId);
      const key = newKey();
      const now = context.get('receivedAt');
      const unknown = await registry.putDevice({ scannerId, ...details }, hashOfKey(key), now);
      if (unknown.length > 0) throw unknownWarehouses(details.warehouseIds, unknown);
      const device = (await registry.device(scannerId)) ?? unknownDevice(scannerId);
      return jsonAnswer(context, { ...device, key }, known === undefined ? 201 : 200);
    })
    .delete('/devices/:scannerId', administratorsOnly, async (context) => {
      const scannerId = pathName(context, 'scannerId', scannerIdSchema);
      const revoked = await registry.revokeDevice(scannerId, context.get('receivedAt'));
      return revoked ? context.body(null, 204) : unknownDevice(scannerId);
    });
}

function unknownDevice(scannerId: string): never {
  throw new ProblemException(404, 'Unknown device', { detail: `there is no device ${scannerId}` });
}
