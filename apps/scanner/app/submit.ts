import { computed, effect, signal } from '@preact/signals';
import type { ScanInput } from '../core/scan.ts';
import type { ScannerDevice, SubmitAnswer } from '../core/scanner-device.ts';
import { type Submission, submitElsewhere } from './other-tabs.ts';
import { deviceState, failure, text } from './state.ts';

const underWay = signal(0);

/** Whether a scan is not known yet to be stored, or not: a page that loads again now loses it. */
export const isSubmitting = computed(() => underWay.value > 0);

/**
 * Stores a scan under an id that the page made for it, once: where the device is closed before it has answered (its worker ends, another tab takes it over) nobody knows whether
 * the scan is stored, so it is submitted again, under its id: by the tab that has the device now, or here when it is open here again.
 * Undefined: it was not stored, which is told.
 */
export async function submitScan(
  transactionId: string,
  scan: ScanInput,
  isSure: boolean,
): Promise<SubmitAnswer | undefined> {
  underWay.value += 1;
  try {
    return await submitUntilAnswered({ transactionId, scan, isSure });
  } finally {
    underWay.value -= 1;
  }
}

async function submitUntilAnswered(submission: Submission): Promise<SubmitAnswer | undefined> {
  try {
    const answer = await submitTo(await openDevice(), submission);
    if (answer) return answer;
    const later = await submitAgain(submission);
    if (later.kind === 'stored') return later;
    // The form that would show why is not there any more.
    failure.value = text.value.common.notStored;
  } catch (error) {
    failure.value = error instanceof Error ? error.message : String(error);
  }
  return undefined;
}

/** In the tab that has the device, or here: in whichever it is open first. */
async function submitAgain(submission: Submission): Promise<SubmitAnswer> {
  const answered = new AbortController();
  const { signal } = answered;
  const here = async () => {
    for (;;) {
      const answer = await submitTo(await openDevice(signal), submission);
      if (answer) return answer;
    }
  };
  try {
    return await Promise.race([submitElsewhere(submission, signal), here()]);
  } finally {
    answered.abort();
  }
}

/** Undefined where the device was closed before it has answered. */
async function submitTo(
  device: ScannerDevice,
  { transactionId, scan, isSure }: Submission,
): Promise<SubmitAnswer | undefined> {
  try {
    return await device.submit(transactionId, scan, isSure);
  } catch (error) {
    if (isOpen(device)) throw error;
    return undefined;
  }
}

/** The device, once it is open in this tab. */
function openDevice(signal?: AbortSignal): Promise<ScannerDevice> {
  return new Promise((resolve) => {
    const stop = effect(() => {
      const state = deviceState.value;
      if (state.kind !== 'running') return;
      resolve(state.device);
      queueMicrotask(() => stop());
    });
    signal?.addEventListener('abort', stop);
  });
}

function isOpen(device: ScannerDevice): boolean {
  const state = deviceState.peek();
  return state.kind === 'running' && state.device === device;
}
