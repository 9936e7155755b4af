import { type AfterKey, afterKey, afterText, NO_BURST, pastedCodes } from './wedge.ts';

export type ScanListeners = {
  readonly onScan: (code: string) => void;
  readonly onPaste: (codes: readonly string[]) => void;
};

type TextField = HTMLInputElement | HTMLTextAreaElement;

/** A text field as it was before the first character of a burst went into it. */
type Snapshot = { readonly field: TextField; readonly value: string };

/**
 * Hears scans wherever the focus is, before anything else on the page does. What a scan wrote into a field that happened to have
 * the focus is taken out again, and its suffix presses no button.
 */
export function listenForScans({ onScan, onPaste }: ScanListeners): void {
  let burst = NO_BURST;
  let snapshot: Snapshot | undefined;

  function take({ burst: next, isStart, scan }: AfterKey, event: Event): void {
    burst = next;
    if (isStart) snapshot = snapshotOf(event.target);
    if (scan === undefined) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    restore(snapshot);
    snapshot = undefined;
    onScan(scan);
  }

  addEventListener(
    'keydown',
    (event) => {
      const { key, ctrlKey, altKey, metaKey, timeStamp } = event;
      const after = afterKey(burst, { key, ctrlKey, altKey, metaKey, at: timeStamp });
      take(after, event);
      // A space in the middle of a code would press the button that has the focus.
      if (after.burst.text.length > 1 && fieldOf(event.target) === undefined) event.preventDefault();
    },
    { capture: true },
  );
  addEventListener(
    'beforeinput',
    (event) => {
      if (event.inputType !== 'insertText' || event.isComposing || (event.data ?? '').length < 2) return;
      take(afterText(burst, event.data ?? '', event.timeStamp), event);
    },
    { capture: true },
  );
  addEventListener(
    'paste',
    (event) => {
      const codes = pastedCodes(event.clipboardData?.getData('text/plain') ?? '');
      // One line that is pasted into a field is meant for it.
      if (codes.length === 0 || (codes.length === 1 && fieldOf(event.target) !== undefined)) return;
      event.preventDefault();
      onPaste(codes);
    },
    { capture: true },
  );
}

function fieldOf(target: EventTarget | null): TextField | undefined {
  const isField = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
  return isField && !target.readOnly ? target : undefined;
}

function snapshotOf(target: EventTarget | null): Snapshot | undefined {
  const field = fieldOf(target);
  return field && { field, value: field.value };
}

function restore(snapshot: Snapshot | undefined): void {
  if (snapshot === undefined || snapshot.field.value === snapshot.value) return;
  snapshot.field.value = snapshot.value;
  snapshot.field.dispatchEvent(new Event('input', { bubbles: true }));
}
