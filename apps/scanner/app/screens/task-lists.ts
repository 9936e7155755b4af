import { signal } from '@preact/signals';
import type { PickList, RecountList, ScannerDevice } from '../../core/scanner-device.ts';
import { ask, formats, now, text } from '../state.ts';

/** A list of what is to be done in a warehouse, as it was known last. */
function taskList<List>(load: (device: ScannerDevice, warehouseId: string) => Promise<List>) {
  const shown = signal<List | 'loading' | undefined>(undefined);
  let loads = 0;
  return {
    /** `loading` before anything is known. */
    shown,
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

export const pickList = taskList<PickList>((device, warehouseId) => device.pickList(warehouseId));
export const recountList = taskList<RecountList>((device, warehouseId) => device.recounts(warehouseId));

/** The lists are forgotten: another warehouse, another person. */
export function forgetTaskLists(): void {
  pickList.forget();
  recountList.forget();
}

/** How old what is shown is. */
export function ageOf(list: PickList | RecountList | 'loading' | undefined): string | undefined {
  if (list === undefined || list === 'loading') return undefined;
  if (list.isLive) return text.value.pick.live;
  return list.asOf && text.value.pick.asOf(formats.value.moment(list.asOf, now.value));
}
