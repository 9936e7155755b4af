import { signal } from '@preact/signals';
import type { ScannerDevice, TaskList } from '../../core/scanner-device.ts';
import { ask, formats, now, text } from '../state.ts';

/** A list of what is to be done in a warehouse, as it was known last. */
function taskList<Task>(load: (device: ScannerDevice, warehouseId: string) => Promise<TaskList<Task>>) {
  const shown = signal<TaskList<Task> | 'loading' | undefined>(undefined);
  let loads = 0;
  return {
    /** `loading` before anything is known. */
    shown,
    tasks(): readonly Task[] {
      const list = shown.value;
      return list === undefined || list === 'loading' ? [] : list.tasks;
    },
    isKnown: () => shown.value !== undefined && shown.value !== 'loading',
    /** Loads it anew; meanwhile the one before is shown. */
    async load(warehouseId: string): Promise<void> {
      loads += 1;
      const mine = loads;
      if (shown.value === undefined) shown.value = 'loading';
      const loaded = await ask((device) => load(device, warehouseId));
      if (mine === loads) shown.value = loaded;
    },
    forget(): void {
      loads += 1;
      shown.value = undefined;
    },
  };
}

export const pickList = taskList((device, warehouseId) => device.pickList(warehouseId));
export const recountList = taskList((device, warehouseId) => device.recounts(warehouseId));

/** The lists are forgotten: another warehouse, another person. */
export function forgetTaskLists(): void {
  pickList.forget();
  recountList.forget();
}

/** How old what is shown is. */
export function ageOf(list: TaskList<unknown> | 'loading' | undefined): string | undefined {
  if (list === undefined || list === 'loading') return undefined;
  if (list.isLive) return text.value.pick.live;
  return list.asOf && text.value.pick.asOf(formats.value.moment(list.asOf, now.value));
}
