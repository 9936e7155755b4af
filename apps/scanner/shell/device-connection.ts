import { proxy, wrap } from 'comlink';
import type { ScannerDevice } from '../core/scanner-device.ts';
import type { Begin, DeviceState } from '../worker/device-host.ts';
import type { DeviceWorker } from '../worker/device-worker.ts';

export interface DeviceConnection {
  /** Takes the device from the tab that has it. */
  takeOver(): void;
  /** After a failure. */
  tryAgain(): void;
}

/**
 * Starts the worker that owns the device, and another, which stands in line, when the device was taken over. A call of a device
 * that is not this page's any more is rejected: what it was to store may not have been stored, unless the device, opened again,
 * says so.
 */
export function connectDevice(show: (state: DeviceState) => void): DeviceConnection {
  let end = startWorker('line-up', follow);
  function restart(begin: Begin): void {
    end();
    end = startWorker(begin, follow);
  }
  function follow(state: DeviceState): void {
    if (state.kind === 'elsewhere' && state.wasHere) restart('line-up-again');
    // It may hold files that the next one needs.
    if (state.kind === 'failed') end();
    tell(state);
  }
  /** Styles and tests see the state at the root element. */
  function tell(state: DeviceState): void {
    document.documentElement.dataset.device = state.kind;
    show(state);
  }
  tell({ kind: 'opening' });
  return { takeOver: () => restart('take-over'), tryAgain: () => restart('line-up') };
}

/** Answers what ends it. */
function startWorker(begin: Begin, show: (state: DeviceState) => void): () => void {
  const worker = new Worker(new URL(DEVICE_WORKER_FILE, import.meta.url), { type: 'module', name: 'device' });
  const ending = new AbortController();
  let isRunning = false;
  // Only what ends it says why it cannot run: a script that does not load has no other way.
  worker.addEventListener('error', (event) => {
    if (!isRunning)
      show({ kind: 'failed', reason: 'unexpected', detail: event.message || 'It did not load' });
  });
  const remote = wrap<DeviceWorker>(worker);
  for (const event of ['online', 'offline'] as const) {
    const tell = () => void remote.networkChanged(event === 'online');
    globalThis.addEventListener(event, tell, { signal: ending.signal });
  }
  void remote.start(
    begin,
    proxy((state, device) => {
      if (ending.signal.aborted) return;
      isRunning = device !== undefined;
      if (state.kind !== 'running') show(state);
      else if (device !== undefined) show({ kind: 'running', device: deviceOf(device, ending.signal) });
    }),
  );
  return () => {
    ending.abort(new Error('The device is not open in this tab any more'));
    worker.terminate();
  };
}

/** The device behind comlink; a call that the worker's end cuts short is rejected rather than left open for ever. */
function deviceOf(remote: ScannerDevice, ended: AbortSignal): ScannerDevice {
  const call = <Result>(answer: () => Promise<Result>) => untilAborted(answer, ended);
  return {
    watch: (listener) => call(() => remote.watch(proxy(listener))),
    enrol: (card) => call(() => remote.enrol(card)),
    signIn: (badge, pin) => call(() => remote.signIn(badge, pin)),
    signOut: () => call(() => remote.signOut()),
    read: (code) => call(() => remote.read(code)),
    check: (scan) => call(() => remote.check(scan)),
    submit: (transactionId, scan, sure) => call(() => remote.submit(transactionId, scan, sure)),
    keepForm: (form) => call(() => remote.keepForm(form)),
    keptForm: () => call(() => remote.keptForm()),
    scans: (query) => call(() => remote.scans(query)),
    decide: (transactionId, decision) => call(() => remote.decide(transactionId, decision)),
    syncNow: () => call(() => remote.syncNow()),
    stock: (query) => call(() => remote.stock(query)),
    pickList: (warehouseId) => call(() => remote.pickList(warehouseId)),
    recounts: (warehouseId) => call(() => remote.recounts(warehouseId)),
    beginCount: (warehouseId, locationId) => call(() => remote.beginCount(warehouseId, locationId)),
    resumeCount: (warehouseId, locationId, held) =>
      call(() => remote.resumeCount(warehouseId, locationId, held)),
    extendCount: (lockId) => call(() => remote.extendCount(lockId)),
    abandonCount: (lockId) => call(() => remote.abandonCount(lockId)),
    takeOverCount: (lockId, reason) => call(() => remote.takeOverCount(lockId, reason)),
  };
}

function untilAborted<Result>(answer: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort);
    answer()
      .finally(() => signal.removeEventListener('abort', abort))
      .then(resolve, reject);
  });
}
