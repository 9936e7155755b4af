import type { SlotFigures } from '../contracts/figures.ts';

/** What one process did in a slot. */
export type FiguresEntry = {
  /** Its beginning, ISO 8601 UTC. */
  readonly at: string;
  /** The process that saw it: each writes its own entries. */
  readonly instance: string;
  readonly figures: SlotFigures;
};

/** Figures of all processes of the app, by time. */
export type FiguresStore = {
  /** Stores an entry, in the place of what was stored of that slot and instance. @throws {StoreUnavailable} */
  put(entry: FiguresEntry): Promise<void>;
  /** Entries of slots that began then or later, by time. @throws {StoreUnavailable} */
  since(at: string): Promise<FiguresEntry[]>;
  /** Removes the entries of whole days before this one (`yyyy-mm-dd`). @throws {StoreUnavailable} */
  removeBefore(day: string): Promise<void>;
};
