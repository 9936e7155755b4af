import type { Story } from '../damage/story.ts';
import type { Mutations } from '../mutations.ts';

/** A defect that somebody might write. */
export type Mutant = {
  readonly text: string;
  readonly mutations: Mutations;
  /** Runs in which it can show; sound ones unless told otherwise. */
  readonly story?: Story;
  /** Scans of a run that it takes to show soon; 400 unless told otherwise. */
  readonly scans?: number;
};
