/** What the mapping believes to be in the pick location of an item in a warehouse, by lot, oldest first. Pieces. */
export type Shelf = {
  /** Adds pieces to a lot; a correction may take a lot below zero. */
  put: (lot: string | null, quantity: number) => void;
  /** The oldest lot that has pieces, undefined when none has. */
  oldestLot: () => string | null | undefined;
  /** How many pieces have to arrive in this lot before that many can be picked; 0 when there are enough. */
  replenishmentFor: (quantity: number, lot: string | null) => number;
  /** Takes pieces, oldest lot first; one entry for each lot it takes from. They must be there. */
  take: (quantity: number) => { lot: string | null; quantity: number }[];
};

export type Shelves = { of: (itemId: string, warehouseId: string) => Shelf };

/** A replenishment brings this many times what was picked so far, so that their number grows with the logarithm of demand. */
const GROWTH = 4;
/** The first one brings this many times the first pick. */
const FIRST = 12;

export function createShelves(): Shelves {
  const shelves = new Map<string, Shelf>();
  return {
    of(itemId, warehouseId) {
      const key = `${warehouseId}|${itemId}`;
      const shelf = shelves.get(key) ?? createShelf();
      shelves.set(key, shelf);
      return shelf;
    },
  };
}

function createShelf(): Shelf {
  /** In order of arrival, which is the order of age. */
  const lots = new Map<string | null, number>();
  let picked = 0;
  const available = () => [...lots.values()].reduce((sum, pieces) => sum + Math.max(0, pieces), 0);
  return {
    put: (lot, quantity) => void lots.set(lot, (lots.get(lot) ?? 0) + quantity),
    oldestLot: () => [...lots].find(([, pieces]) => pieces > 0)?.[0],
    replenishmentFor(quantity, lot) {
      const missing = quantity - available();
      if (missing <= 0) return 0;
      const shortfall = Math.max(0, -(lots.get(lot) ?? 0));
      return shortfall + Math.max(missing, FIRST * quantity, GROWTH * picked);
    },
    take(quantity) {
      let open = quantity;
      const taken: { lot: string | null; quantity: number }[] = [];
      for (const [lot, pieces] of lots) {
        const here = Math.min(open, Math.max(0, pieces));
        if (here === 0) continue;
        taken.push({ lot, quantity: here });
        if (lot !== null && here === pieces) lots.delete(lot);
        else lots.set(lot, pieces - here);
        open -= here;
        if (open === 0) break;
      }
      if (open > 0) throw new Error(`${open} of ${quantity} pieces are not on the shelf`);
      picked += quantity;
      return taken;
    },
  };
}
