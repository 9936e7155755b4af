import type { OutboxEntry } from './outbox.ts';

/** Puts events and decisions on the bus. */
export interface Publisher {
  /**
   * Sends the entries and tells what became of each; those in neither list have to be sent again. Never throws.
   * Without entries it only makes sure that the bus answers.
   */
  publish(entries: readonly OutboxEntry[]): Promise<PublishReport>;
  close(): Promise<void>;
}

export interface PublishReport {
  /** Sequences that the bus acknowledged. */
  readonly sent: number[];
  /** Entries that the bus will never take. */
  readonly refused: { sequence: number; reason: string }[];
  /** Why the others could not be sent now. */
  readonly failure?: string;
}
