import type { AllocationRequest } from '../contracts/allocation-messages.ts';

/** Asks the warehouses. @throws {StoreUnavailable} when the bus does not take the messages */
export type AllocationRequests = {
  /** `attempt` is 0 the first time. */
  send(requests: readonly AllocationRequest[], attempt: number): Promise<void>;
};
