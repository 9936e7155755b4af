import { computed, effect, signal } from '@preact/signals';
import type { ScanInput } from '../core/scan.ts';
import type { ScannerDevice, SubmitAnswer } from '../core/scanner-device.ts';
import { deviceState, failure, text } from './state.ts';

const underWay = signal(0);

/** Whether a scan is not known yet to be stored, or not: a page that loads again now loses it. */
export const isSubmitting = computed(() => underWay.value > 0);

/**
 * Stores a scan, once: where the device is closed before it has answered (its worker ends, another tab takes it over) nobody knows whether
 * the scan is stored, so it is submitted again, under its id, when the device is open here again. Undefined: it was not stored, which
 * is told.
 */
export async function submitScan(scan: ScanInput, isSure: boolean): Promise<SubmitAnswer | undefined> {
  underWay.value += 1;
  try {
    return await submitUntilAnswered(scan, isSure);
  } finally {
    underWay.value -= 1;
  }
}

async function submitUntilAnswered(scan: ScanInput, isSure: boolean): Promise<SubmitAnswer | undefined> {
  const transactionId = crypto.randomUUID();
  for (let isAgain = false; ; isAgain = true) {
    const device = await openDevice();
    try {
      const answer = await device.submit(transactionId, scan, isSure);
      if (!isAgain || answer.kind === 'stored') return answer;
      // The form that would show why is not there any more.
      failure.value = text.value.common.notStored;
      return undefined;
    } catch (error) {
      if (isOpen(device)) {
        failure.value = error instanceof Error ? error.message : String(error);
        return undefined;
      }
    }
  }
}

/** The device, once it is open in this tab. */
function openDevice(): Promise<ScannerDevice> {
  return new Promise((resolve) => {
    const stop = effect(() => {
      const state = deviceState.value;
      if (state.kind !== 'running') return;
      resolve(state.device);
      queueMicrotask(() => stop());
    });
  });
}

function isOpen(device: ScannerDevice): boolean {
  const state = deviceState.peek();
  return state.kind === 'running' && state.device === device;
}
