import type { PickTask } from '../../core/scanner-device.ts';
import { pickList } from './task-lists.ts';

/** Takes off what was just picked, before the list is loaded again. */
export function takeOffPickList(allocationId: string, quantity: number, isClosed: boolean): void {
  const list = pickList.shown.value;
  if (list === undefined || list === 'loading') return;
  const tasks = list.tasks
    .map((task) => {
      if (task.allocationId !== allocationId) return task;
      return { ...task, open: isClosed ? 0 : task.open - quantity };
    })
    .filter(({ open }) => open > 0);
  pickList.shown.value = { ...list, tasks };
}

export type PickOrder = { readonly orderId: string; readonly tasks: readonly PickTask[] };

/** By order, each where its first task stands. */
export function ordersOf(tasks: readonly PickTask[]): readonly PickOrder[] {
  return [...Map.groupBy(tasks, ({ orderId }) => orderId)].map(([orderId, ofOrder]) => ({
    orderId,
    tasks: ofOrder,
  }));
}
