import type { AllocationRequest } from '../../../shared/contracts/allocation-messages.ts';
import type { AllocationRequests } from '../../../shared/ports/allocation-requests.ts';
import type { AllocationStore, ItemChange } from '../../../shared/ports/allocation-store.ts';
import type { Work } from '../mutations.ts';

/** With the messages of one subscription something else is done. */
export function doing(subscription: string, falsify: (work: Work) => Work) {
  return (place: string, work: Work): Work => (place === subscription ? falsify(work) : work);
}

/** Messages are completed before their work is done, and what fails then is lost. */
export function completedFirst(work: Work): Work {
  return async (messages) => void work(messages).catch(() => undefined);
}

/** Another change is stored than the one that was decided. */
export function committing(falsify: (change: ItemChange) => ItemChange) {
  return (store: AllocationStore): AllocationStore => ({
    ...store,
    commit: (change) => store.commit(falsify(change)),
  });
}

/** Warehouses are asked something else than what was to be asked. */
export function asking(
  falsify: (asked: readonly AllocationRequest[], attempt: number) => readonly AllocationRequest[],
) {
  return (requests: AllocationRequests): AllocationRequests => ({
    send: (asked, attempt) => requests.send(falsify(asked, attempt), attempt),
  });
}
