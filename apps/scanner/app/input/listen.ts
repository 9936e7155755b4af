import { type AfterKey, afterKey, afterText, NO_BURST, pastedCodes } from './wedge.ts';

export type ScanListeners = {
  readonly onScan: (code: string) => void;
  readonly onPaste: (codes: readonly string[]) => void;
};

type TextField = HTMLInputElement | HTMLTextAreaElement;

/** Puts back what something was. */
type Restore = () => void;

/** What keys change that is no text field: asked before the first character of a burst, each gives a way back. */
const remembering = new Set<() => Restore>();

/**
 * Hears scans wherever the focus is, before anything else on the page does. What a scan wrote into a field that happened to have
 * the focus, or into what {@link rememberBeforeScans} names, is taken out again, and its suffix presses no button.
 */
export function listenForScans({ onScan, onPaste }: ScanListeners): void {
  let burst = NO_BURST;
  let restores: readonly Restore[] = [];

  function take({ burst: next, isStart, isSuffix, scan }: AfterKey, event: Event): void {
    burst = next;
    if (isStart) restores = [restoreOf(event.target), ...[...remembering].map((remember) => remember())];
    if (!isSuffix) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (scan === undefined) return;
    for (const restore of restores) restore();
    restores = [];
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

function restoreOf(target: EventTarget | null): Restore {
  const field = fieldOf(target);
  const before = field?.value;
  return () => {
    if (field === undefined || before === undefined || field.value === before) return;
    field.value = before;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  };
}

/**
 * Has what a scan writes taken out of something else than a text field.
 * @param remember asked before each burst of keys
 * @returns ends it
 */
export function rememberBeforeScans(remember: () => Restore): () => void {
  remembering.add(remember);
  return () => remembering.delete(remember);
}
