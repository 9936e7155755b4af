import type { AtpChange } from '../contracts/planning.ts';

/** Tells outside programs that an item's ATP crossed a threshold. @throws {StoreUnavailable} */
export type AtpChanges = { publish(changes: readonly AtpChange[]): Promise<void> };
