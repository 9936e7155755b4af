import { signal } from '@preact/signals';
import type { KeptForm } from '../../core/kept-form.ts';
import { told } from '../feedback.ts';
import { currentScreen, open, replace, type Screen } from '../navigation.ts';
import { pickList } from '../screens/task-lists.ts';
import { ask, prefer, text } from '../state.ts';
import { type FormScreen, reopened } from './kept-form.ts';

/** Whether the task that somebody was at is open again, or there was none. */
export const isReopened = signal(false);

/** Opens the task again that somebody was at when the app ended, as they left it. To be called when the device is open here. */
export async function reopenTask(): Promise<void> {
  isReopened.value = false;
  const form = await ask((device) => device.keptForm());
  if (form) show(form);
  isReopened.value = true;
}

function show(form: KeptForm): void {
  prefer({ warehouseId: form.warehouseId });
  // It says whether there is more of the order.
  if (form.screen.kind === 'pick-line') void pickList.load(form.warehouseId);
  reopened.value = form;
  const screen = screenOf(form.screen);
  if (currentScreen().kind === screen.kind) replace(screen);
  else for (const one of [...wayTo(screen), screen]) open(one);
  told(text.value.task.asLeft, true);
}

function screenOf(screen: FormScreen): Screen {
  return screen.kind === 'recount' ? { kind: 'recount', tasks: screen.tasks, isThere: false } : screen;
}

/** The screens that one is opened from, after the first one. */
function wayTo({ kind }: Screen): readonly Screen[] {
  switch (kind) {
    case 'pick-line':
      return [{ kind: 'pick' }];
    case 'recount':
      return [{ kind: 'count' }];
    default:
      return [];
  }
}
