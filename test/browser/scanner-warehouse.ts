import type { Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { type AdapterUnderTest, startAdapterUnderTest } from '../../apps/wms-adapter/adapter-under-test.ts';
import { registeredDeviceSchema } from '../../shared/contracts/device.ts';
import { wmsPositionsSchema } from '../../shared/contracts/position.ts';
import { type AppServer, serveApp } from './app-server.ts';
import { builtApp } from './built-app.ts';
import { buildProbe } from './probe/build-probe.ts';
import { untilDevice } from './probe-page.ts';

export type ScannerWarehouse = {
  readonly adapter: AdapterUnderTest;
  /** The adapter, with the app as it is built and the probe's pages before it. */
  readonly server: AppServer;
  /** Makes the device of a tab one of the warehouse, and Ann's. */
  putToWork(page: Page): Promise<void>;
  /** Pieces on hand, by the adapter. */
  onHand(): Promise<number>;
};

/** A warehouse until the test is over: a real adapter process with one device, and Ann, whose PIN is 2468. */
export async function openWarehouse(): Promise<ScannerWarehouse> {
  const adapter = await startAdapterUnderTest();
  onTestFinished(() => adapter.end());
  const server = await serveApp([builtApp('scanner'), await buildProbe()], adapter.url);
  const warehouseIds = ['WH-001'];
  const ann = { name: 'Ann', role: 'worker', warehouseIds, badge: 'ANN-1', pin: '2468' };
  await adapter.call('PUT', '/users/ann', ann);
  const { body } = await adapter.call('PUT', '/devices/SCANNER-08', { warehouseIds });
  const { key } = registeredDeviceSchema.parse(body);
  return {
    adapter,
    server,
    async putToWork(page) {
      await untilDevice(page, 'running');
      await page.evaluate(
        async (card) => {
          const { device } = window.probe;
          await device.enrol(card);
          await device.signIn('ANN-1', '2468');
          await device.syncNow();
        },
        { scannerId: 'SCANNER-08', key },
      );
    },
    async onHand() {
      const answer = await adapter.call('GET', '/positions?itemId=ITEM-1&warehouseId=WH-001');
      const { positions } = wmsPositionsSchema.parse(answer.body);
      return positions.reduce((sum, position) => sum + position.onHand, 0);
    },
  };
}
