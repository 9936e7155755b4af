import { expect, test, vi } from 'vitest';
import type { ScannerDevice, SubmitAnswer } from '../core/scanner-device.ts';

vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined });
const { deviceState } = await import('./state.ts');
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
  const submitted = submitScan(scan, false);
  expect(isSubmitting.value).toBe(true);
  deviceState.value = { kind: 'elsewhere', wasHere: true };
  close(new Error('This device is closed'));
  await new Promise(setImmediate);
  expect(isSubmitting.value).toBe(true);
  open(async () => answer);
  await submitted;
  expect(isSubmitting.value).toBe(false);
});
