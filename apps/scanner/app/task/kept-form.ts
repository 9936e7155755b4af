import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { KeptForm } from '../../core/kept-form.ts';
import type { ScannerDevice } from '../../core/scanner-device.ts';
import { drawn } from '../drawn.ts';
import { ask, deviceState } from '../state.ts';
import { type Draft, isBegun, type TaskContext } from './task-form.ts';

/** A screen with a form, as it is to be opened again. */
export type FormScreen = KeptForm['screen'];
type FormOf<Kind> = KeptForm & { readonly screen: Extract<FormScreen, { readonly kind: Kind }> };

/** What was kept when the app ended, until its screen has it. */
export const reopened = signal<KeptForm | undefined>(undefined);

/** What a screen begins with where it is opened again as it was left. */
export function reopenedForm<Kind extends FormScreen['kind']>(kind: Kind): FormOf<Kind> | undefined {
  const form = reopened.peek();
  return form && isOf(form, kind) ? form : undefined;
}

function isOf<Kind extends FormScreen['kind']>(form: KeptForm, kind: Kind): form is FormOf<Kind> {
  return form.screen.kind === kind;
}

/** Keeps what was entered on a screen while it is open. */
export function useKeptForm(
  transactionId: { readonly current: string },
  { kind, warehouseId }: TaskContext,
  screen: FormScreen,
  draft: Draft,
): void {
  useEffect(() => {
    const form = { transactionId: transactionId.current, warehouseId, screen, draft };
    keep(isBegun(kind, draft) ? form : undefined);
  }, [draft, JSON.stringify(screen)]);
  useEffect(() => {
    reopened.value = undefined;
    return () => keep(undefined);
  }, []);
}

let next: { readonly device: ScannerDevice; readonly form: KeptForm | undefined } | undefined;
let isKeeping = false;

/** The newest only, one at a time, after the frame that shows it: no scan is to wait for it. */
function keep(form: KeptForm | undefined): void {
  const state = deviceState.peek();
  // Another tab that has the device now shows the form, too.
  if (state.kind !== 'running') return;
  next = { device: state.device, form };
  if (!isKeeping) void keepWhatIsNext();
}

async function keepWhatIsNext(): Promise<void> {
  isKeeping = true;
  while (next) {
    await drawn();
    const { device, form } = next;
    next = undefined;
    await ask(async (open) => {
      if (open === device) await open.keepForm(form);
    });
  }
  isKeeping = false;
}
