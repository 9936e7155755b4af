import { signal } from '@preact/signals';
import { useContext, useEffect, useRef } from 'preact/hooks';
import type { CodeMeaning } from '../../core/scanner-device.ts';
import { accepted, refused, told } from '../feedback.ts';
import { Covered } from '../parts/covered.ts';
import { ask, text } from '../state.ts';
import { listenForScans } from './listen.ts';
import { createScanQueue, MOST_PASTED, type PasteProgress, type ScanResult } from './scan-queue.ts';

/** What the screen that is shown does with a code. It says what came of it (sound, words) unless it is one of many. */
export type ScanTarget = (meaning: CodeMeaning, isOneOfMany: boolean) => Promise<ScanResult> | ScanResult;

const targets = signal<readonly { readonly current: ScanTarget }[]>([]);

/** Whether the screen that is shown expects scans. */
export function expectsScans(): boolean {
  return targets.value.length > 0;
}

/** Every scan goes to `target`, whatever has the focus, while the component that calls this is to be seen. */
export function useScanTarget(target: ScanTarget): void {
  const isCovered = useContext(Covered);
  const latest = useRef(target);
  latest.current = target;
  useEffect(() => {
    if (isCovered) return;
    const mine = latest;
    targets.value = [...targets.value, mine];
    return () => {
      targets.value = targets.value.filter((one) => one !== mine);
    };
  }, [isCovered]);
}

/** How far a paste of many lines has come. */
export const pasting = signal<PasteProgress | undefined>(undefined);

async function handle(code: string, isOneOfMany: boolean): Promise<ScanResult> {
  const target = targets.value.at(-1);
  if (target === undefined) {
    if (!isOneOfMany) refused(text.value.refused['not-expected'](code));
    return 'refused';
  }
  const meaning = await ask((device) => device.read(code));
  if (meaning === undefined) return 'refused';
  return target.current(meaning, isOneOfMany);
}

const queue = createScanQueue({
  handle,
  onProgress: (progress) => {
    pasting.value = progress;
  },
  onPasted({ done, taken }) {
    const message = text.value.common.pastedDone(taken, done - taken);
    if (taken === done) accepted(message);
    else refused(message);
  },
  breathe: () => new Promise((done) => setTimeout(done)),
});

/** A code from the camera or typed for no field in particular. */
export function scanned(code: string): void {
  queue.scan(code);
}

export function stopPasting(): void {
  queue.stop();
}

/** Hears hardware scanners and pastes from now on. */
export function startScanInput(): void {
  listenForScans({
    onScan: scanned,
    onPaste(codes) {
      const [first] = codes;
      if (codes.length > MOST_PASTED) told(text.value.common.tooManyPasted(MOST_PASTED));
      else if (codes.length > 1) queue.paste(codes);
      else if (first !== undefined) scanned(first);
    },
  });
}
