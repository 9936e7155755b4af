import { randomUUID } from 'node:crypto';
import type { AdapterClient } from '../../apps/scanner/core/adapter-client.ts';
import { type Device, openDevice } from '../../apps/scanner/core/device.ts';
import type { DeviceStore } from '../../apps/scanner/core/device-store.ts';
import { adapterClient } from '../../apps/scanner/http/adapter-client.ts';
import { openDeviceStore } from '../../apps/scanner/store/device-store.ts';
import { openNodeSqlite } from '../../apps/scanner/store/node-sqlite.ts';

/** A device of this process, whose clock and network the benchmark sets. */
export type OfflineDevice = {
  readonly device: Device;
  readonly store: DeviceStore;
  /** Milliseconds since 1970 UTC; undefined: the machine's clock. */
  setTime(now: number | undefined): void;
  setOffline(isOffline: boolean): void;
  close(): void;
};

/** @param upMs for so many milliseconds its app has been running */
export function openOfflineDevice(file: string, origin: string, upMs: number): OfflineDevice {
  let isOffline = false;
  let time: number | undefined;
  const run = randomUUID();
  const began = Date.now() - upMs;
  const clock = {
    read() {
      const wall = time ?? Date.now();
      return { wall, run, milliseconds: wall - began };
    },
  };
  const store = openDeviceStore(openNodeSqlite(file));
  const throughTheAir: typeof fetch = (url, init) =>
    isOffline ? Promise.reject(new TypeError('fetch failed')) : fetch(url, init);
  const key = () => store.enrolment()?.key;
  const client: AdapterClient = adapterClient({ origin, key, clock, fetch: throughTheAir });
  const device = openDevice({
    ...{ store, client, clock, random: Math.random, newId: randomUUID, log: () => undefined },
    after(ms, callback) {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
  });
  return {
    ...{ device, store },
    setTime(now) {
      time = now;
    },
    setOffline(offline) {
      isOffline = offline;
      device.networkChanged(!offline);
    },
    close() {
      device.close();
      store.close();
    },
  };
}
