import { expect, onTestFinished, test, vi } from 'vitest';
import type { ScannerDevice, SubmitAnswer } from '../core/scanner-device.ts';

vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined });
const { deviceState } = await import('./state.ts');
const { submitForOtherTabs } = await import('./other-tabs.ts');
const { isSubmitting, submitScan } = await import('./submit.ts');

const scan = {
  type: 'receipt',
  itemId: 'TEAPOT',
  warehouseId: 'WH-001',
  locationId: 'A-01',
  lotNumber: null,
  quantity: 5,
} as const;

const answer: SubmitAnswer = { kind: 'storage-full', detail: 'full' };

/** Opens a device in this tab that answers `submit` so. */
function open(submit: ScannerDevice['submit']): void {
  // The rest of a device is not asked.
  deviceState.value = { kind: 'running', device: { submit } as ScannerDevice };
}

test('a scan counts as under way until it is known to be stored or not, also while another tab has the device', async () => {
  const { promise: closed, reject: close } = Promise.withResolvers<SubmitAnswer>();
  expect(isSubmitting.value).toBe(false);
  open(() => closed);
  const submitted = submitScan(crypto.randomUUID(), scan, false);
  expect(isSubmitting.value).toBe(true);
  deviceState.value = { kind: 'elsewhere', wasHere: true };
  close(new Error('This device is closed'));
  await new Promise(setImmediate);
  expect(isSubmitting.value).toBe(true);
  open(async () => answer);
  await submitted;
  expect(isSubmitting.value).toBe(false);
});

/** Another tab: what it was told, and what it tells. */
function otherTab() {
  const channel = new BroadcastChannel('stockbridge-scanner-tabs');
  onTestFinished(() => channel.close());
  const told: unknown[] = [];
  channel.onmessage = (event) => told.push(Object(event).data);
  return { told, tell: (message: unknown) => channel.postMessage(message) };
}

test('a scan whose answer was not heard is handed to the tab that has the device then', async () => {
  const other = otherTab();
  const ids: string[] = [];
  open((transactionId) => {
    ids.push(transactionId);
    deviceState.value = { kind: 'elsewhere', wasHere: true };
    return Promise.reject(new Error('This device is closed'));
  });
  const submitted = submitScan(crypto.randomUUID(), scan, true);
  const wanted = { kind: 'submit', transactionId: expect.any(String), scan, isSure: true };
  await expect.poll(() => other.told).toEqual([wanted]);
  // It is open there only now.
  other.tell({ kind: 'open' });
  await expect.poll(() => other.told).toEqual([wanted, wanted]);
  const stored = { kind: 'stored', scan: { transaction: scan } };
  other.tell({ kind: 'answered', transactionId: 'another', answer });
  other.tell({ kind: 'answered', transactionId: ids[0], answer: stored });
  expect(await submitted).toEqual(stored);
  // Here it is not submitted any more.
  open(async (transactionId) => {
    ids.push(transactionId);
    return answer;
  });
  await new Promise(setImmediate);
  expect(ids).toHaveLength(1);
});

test('a scan of another tab is stored by the one that has the device, under its id, and said there', async () => {
  const said: SubmitAnswer[] = [];
  const asked: unknown[][] = [];
  const other = otherTab();
  deviceState.value = { kind: 'elsewhere', wasHere: false };
  onTestFinished(submitForOtherTabs((told) => said.push(told)));
  other.tell({ kind: 'submit', transactionId: 'T-1', scan, isSure: false });
  await new Promise((done) => setTimeout(done, 20));
  expect(said).toEqual([]);
  open(async (...args) => {
    asked.push(args);
    return answer;
  });
  await expect.poll(() => other.told).toEqual([{ kind: 'open' }]);
  other.tell({ kind: 'submit', transactionId: 'T-1', scan, isSure: false });
  await expect.poll(() => other.told.at(-1)).toEqual({ kind: 'answered', transactionId: 'T-1', answer });
  expect(asked).toEqual([['T-1', scan, false]]);
  expect(said).toEqual([answer]);
});
