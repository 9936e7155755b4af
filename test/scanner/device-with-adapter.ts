import { randomUUID } from 'node:crypto';
import type { AdapterClient } from '../../apps/scanner/core/adapter-client.ts';
import { type Device, openDevice } from '../../apps/scanner/core/device.ts';
import type { DeviceClock } from '../../apps/scanner/core/device-clock.ts';
import type { DeviceStore } from '../../apps/scanner/core/device-store.ts';
import { derivePin } from '../../apps/scanner/core/pin-verifier.ts';
import type { ScanInput, ScanState } from '../../apps/scanner/core/scan.ts';
import type { DeviceStatus } from '../../apps/scanner/core/scanner-device.ts';
import { adapterClient } from '../../apps/scanner/http/adapter-client.ts';
import { openDeviceStore } from '../../apps/scanner/store/device-store.ts';
import { openNodeSqlite } from '../../apps/scanner/store/node-sqlite.ts';

/** What the network does to one call. */
export type Trouble = (call: () => Promise<Response>, init: RequestInit | undefined) => Promise<Response>;

/** A device in Node with a real network, whose calls can be spoilt. */
export type NodeDevice = {
  readonly device: Device;
  readonly store: DeviceStore;
  /** Spoils the next calls of `POST /transactions`, one after the other. */
  spoil(...troubles: readonly Trouble[]): void;
  /** Bodies of all calls of `POST /transactions`, as they were sent. */
  readonly sent: readonly unknown[][];
  status(): Promise<DeviceStatus>;
  /** Fulfilled when the scan has this state. */
  reaches(transactionId: string, state: ScanState): Promise<void>;
  close(): void;
};

/** @param change what the test makes of the client, such as wrong limits */
export function nodeDevice(
  origin: string,
  change: (client: AdapterClient) => AdapterClient = (client) => client,
): NodeDevice {
  const store = openDeviceStore(openNodeSqlite(':memory:'));
  const clock = nodeClock();
  const troubles: Trouble[] = [];
  const sent: unknown[][] = [];
  const network: typeof fetch = (url, init) => {
    const call = () => fetch(url, init);
    if (!String(url).endsWith('/transactions')) return call();
    sent.push(JSON.parse(String(init?.body)));
    return (troubles.shift() ?? ((through) => through()))(call, init);
  };
  const client = adapterClient({ origin, key: () => store.enrolment()?.key, clock, fetch: network });
  const device = openDevice({
    store,
    client: change(client),
    clock,
    random: () => 0,
    after(ms, callback) {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
    log: () => undefined,
    newId: randomUUID,
    derive: (pin, salt) => derivePin(pin, salt, 10),
  });
  const seen = new Set<() => void>();
  void device.watch(() => {
    for (const look of seen) look();
  });
  return {
    device,
    store,
    sent,
    spoil: (...more) => troubles.push(...more),
    status: () => new Promise((resolve) => void device.watch(resolve)),
    reaches: (transactionId, state) =>
      new Promise((resolve) => {
        const look = () => {
          if (store.scan(transactionId)?.state !== state) return;
          seen.delete(look);
          resolve();
        };
        seen.add(look);
        look();
      }),
    close() {
      device.close();
      store.close();
    },
  };
}

function nodeClock(): DeviceClock {
  const run = randomUUID();
  return { read: () => ({ wall: Date.now(), run, milliseconds: performance.now() }) };
}

/** A receipt of five, unless told otherwise. */
export function input(fields: Partial<ScanInput> = {}): ScanInput {
  return {
    type: 'receipt',
    itemId: 'ITEM-1',
    warehouseId: 'WH-001',
    locationId: 'A-05-02',
    lotNumber: null,
    quantity: 5,
    ...fields,
  };
}

/** Stores a scan; answers its id. */
export async function submit({ device }: NodeDevice, fields: Partial<ScanInput> = {}): Promise<string> {
  const answer = await device.submit(crypto.randomUUID(), input(fields), true);
  if (answer.kind !== 'stored') throw new Error(JSON.stringify(answer));
  return answer.scan.transaction.transactionId;
}
