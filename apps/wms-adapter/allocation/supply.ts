/** What there is of an item in a warehouse, in pieces. */
export interface Supply {
  /** False when the WMS knows no such item. */
  readonly itemExists: boolean;
  readonly onHand: number;
  /** Reserved and still to be picked, over all allocations. */
  readonly reserved: number;
  /** On hand in locations that are locked by a count, each with the lock's end (UTC with milliseconds). */
  readonly locked: readonly { readonly until: string; readonly onHand: number }[];
}

/** Pieces that may be reserved: on hand less what is reserved and what is locked by a count; never below 0. */
export function availablePieces(supply: Supply): number {
  return Math.max(unreservedPieces(supply) - lockedPieces(supply), 0);
}

/**
 * When so many pieces will be available because locks have ended, if only locks stand in the way: the end of the one
 * that brings enough. Undefined when the stock would not do without any lock.
 */
export function availableAfterLocks(supply: Supply, pieces: number): string | undefined {
  let available = unreservedPieces(supply) - lockedPieces(supply);
  for (const { until, onHand } of supply.locked.toSorted((a, b) => (a.until < b.until ? -1 : 1))) {
    available += onHand;
    if (available >= pieces) return until;
  }
  return undefined;
}

function unreservedPieces({ onHand, reserved }: Supply): number {
  return onHand - reserved;
}

function lockedPieces({ locked }: Supply): number {
  return locked.reduce((sum, { onHand }) => sum + onHand, 0);
}
