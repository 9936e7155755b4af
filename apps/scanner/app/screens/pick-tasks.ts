import { signal } from '@preact/signals';
import type { PickList, PickTask } from '../../core/scanner-device.ts';
import { ask } from '../state.ts';

/** The pick list as it was known last; `loading` before anything is. */
export const pickList = signal<PickList | 'loading' | undefined>(undefined);

let loads = 0;

/** Loads it anew; meanwhile the one before is shown. */
export async function loadPickList(warehouseId: string): Promise<void> {
  loads += 1;
  const load = loads;
  if (pickList.value === undefined) pickList.value = 'loading';
  const loaded = await ask((device) => device.pickList(warehouseId));
  if (load === loads) pickList.value = loaded;
}

/** Takes off what was just picked, before the list is loaded again. */
export function takeOffPickList(allocationId: string, quantity: number, isClosed: boolean): void {
  const list = pickList.value;
  if (list === undefined || list === 'loading') return;
  const tasks = list.tasks
    .map((task) => {
      if (task.allocationId !== allocationId) return task;
      return { ...task, open: isClosed ? 0 : task.open - quantity };
    })
    .filter(({ open }) => open > 0);
  pickList.value = { ...list, tasks };
}

/** The list is forgotten: another warehouse, another person. */
export function forgetPickList(): void {
  loads += 1;
  pickList.value = undefined;
}

export function openTasks(): readonly PickTask[] {
  const list = pickList.value;
  return list === undefined || list === 'loading' ? [] : list.tasks;
}

export type PickOrder = { readonly orderId: string; readonly tasks: readonly PickTask[] };

/** By order, each where its first task stands. */
export function ordersOf(tasks: readonly PickTask[]): readonly PickOrder[] {
  return [...Map.groupBy(tasks, ({ orderId }) => orderId)].map(([orderId, ofOrder]) => ({
    orderId,
    tasks: ofOrder,
  }));
}
