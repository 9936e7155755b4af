import type { PositionKey } from '../database.ts';
import type { ExplainedQuery } from '../history/ledger-entry.ts';
import type { Page } from '../page.ts';

/** A position that an investigation of the cloud asks to be counted. What the books say of it is not told to who counts. */
export interface RecountTask {
  readonly position: PositionKey;
  readonly investigationId: string;
  /** UTC with milliseconds. */
  readonly askedAt: string;
  readonly askedBy: string;
  /** A sentence for who counts. */
  readonly reason: string;
}

/** What an investigation wants counted since one of its steps. */
export interface RecountOrder {
  readonly investigationId: string;
  /** Numbers the steps of the investigation, of which any may come first. */
  readonly stepNumber: number;
  /** Missing where it wants nothing counted any more. */
  readonly asked?: Omit<RecountTask, 'position' | 'investigationId'> & {
    /** Each position once. */
    readonly positions: readonly {
      readonly position: PositionKey;
      /** A count that gave the position a higher version is the answer. */
      readonly sinceVersion: number;
    }[];
  };
}

/** The recounts that the cloud asks for. */
export interface RecountTasks {
  /**
   * Replaces the tasks of the investigation. Changes nothing where an order of this step, or of a later one, was taken
   * before. Where the position's version is lower than the one asked about (the cloud holds what the WMS never had, or
   * had before it was restored), any count from now on is the answer.
   */
  takeRecountOrder(order: RecountOrder): Promise<void>;

  /**
   * Tasks that were not withdrawn, and whose position has not been counted since, in the order in which they were
   * taken; `next` is there when more follow.
   */
  recountTasks(query: ExplainedQuery): Promise<Page<RecountTask>>;
}
