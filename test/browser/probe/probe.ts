import type { ScannerDevice, SubmitAnswer } from '../../../apps/scanner/core/scanner-device.ts';
import { type AppShell, type AppVersion, keepApp } from '../../../apps/scanner/shell/app-shell.ts';
import { connectDevice, type DeviceConnection } from '../../../apps/scanner/shell/device-connection.ts';
import type { DeviceState } from '../../../apps/scanner/worker/device-host.ts';

declare global {
  interface Window {
    probe: Probe;
    /** Put in by a test: hears of each scan that is stored. */
    tellStored(transactionId: string): Promise<void>;
  }
}

/** What a page has, at a test's hand: connection, worker and service worker are the app's own. */
export interface Probe {
  readonly connection: DeviceConnection;
  /** Every state so far. */
  readonly states: readonly DeviceState[];
  /** While it is `running`. */
  readonly device: ScannerDevice;
  readonly shell: Promise<AppShell | undefined>;
  /** What was told of new versions of the app. */
  readonly versions: readonly AppVersion[];
  /** How often Background Sync woke it. */
  readonly wakeUps: number;
  /** Receives a piece of ITEM-1, as a worker does. */
  receiveOne(): Promise<{ readonly kind: SubmitAnswer['kind']; readonly transactionId?: string }>;
}

const states: DeviceState[] = [];
const connection = connectDevice((state) => states.push(state));
const versions: AppVersion[] = [];
let wakeUps = 0;
const shell = keepApp({ onVersion: (version) => versions.push(version), onWakeUp: () => wakeUps++ });
window.probe = {
  connection,
  states,
  get device() {
    const state = states.at(-1);
    if (state?.kind !== 'running') throw new Error(`The device is ${state?.kind}`);
    return state.device;
  },
  shell,
  versions,
  get wakeUps() {
    return wakeUps;
  },
  async receiveOne() {
    const answer = await window.probe.device.submit(crypto.randomUUID(), {
      type: 'receipt',
      itemId: 'ITEM-1',
      warehouseId: 'WH-001',
      locationId: 'A-05-02',
      lotNumber: null,
      quantity: 1,
    });
    if (answer.kind !== 'stored') return { kind: answer.kind };
    return { kind: answer.kind, transactionId: answer.scan.transaction.transactionId };
  },
};
