/** What a warehouse could give, in pieces. */
export type Source = {
  readonly warehouseId: string;
  /** Free to promise. */
  readonly atp: number;
  /** Of those, pieces in locations that are being counted. */
  readonly atRisk: number;
};

/** What a line accepts. */
export type SourcingTerms = {
  readonly quantity: number;
  readonly preferredWarehouses?: readonly string[] | undefined;
  readonly allowSplit: boolean;
  /** Fewer pieces from one warehouse are of no use. */
  readonly leastQuantity: number;
};

/** Pieces to take from a warehouse. */
export type Pick = { readonly warehouseId: string; readonly quantity: number };

/**
 * Chooses the warehouses for a line. Pure; the order of what counts is: at-risk stock last, then as many pieces as
 * can be had, then fewest splits, then preferred warehouses, then highest ATP, then the warehouse's id. Without
 * `allowSplit` it is one warehouse for all pieces, or none.
 */
export function chooseSources(sources: readonly Source[], terms: SourcingTerms): Pick[] {
  const safe = sources.map(({ warehouseId, atp, atRisk }) => ({
    warehouseId,
    free: atp - Math.max(atRisk, 0),
  }));
  const all = sources.map(({ warehouseId, atp }) => ({ warehouseId, free: atp }));
  const withoutRisk = coverage(safe, terms);
  if (withoutRisk.covered) return withoutRisk.picks;
  const withRisk = coverage(all, terms);
  return total(withRisk.picks) > total(withoutRisk.picks) ? withRisk.picks : withoutRisk.picks;
}

type Free = { readonly warehouseId: string; readonly free: number };

/** The best choice from these figures, and whether it gives all that is wanted. */
function coverage(sources: readonly Free[], terms: SourcingTerms): { covered: boolean; picks: Pick[] } {
  const { quantity, leastQuantity, allowSplit } = terms;
  const useful = ranked(
    sources.filter(({ free }) => free >= Math.min(leastQuantity, quantity)),
    terms.preferredWarehouses ?? [],
  );
  const single = useful.find(({ free }) => free >= quantity);
  if (single) return { covered: true, picks: [{ warehouseId: single.warehouseId, quantity }] };
  if (!allowSplit) return { covered: false, picks: [] };
  const picks = take(fewest(useful, quantity, terms.preferredWarehouses ?? []), quantity, leastQuantity);
  return { covered: total(picks) === quantity, picks };
}

/** Preferred ones in front, then by what is free, then by id. */
function ranked(sources: readonly Free[], preferred: readonly string[]): Free[] {
  const isPreferred = ({ warehouseId }: Free) => (preferred.includes(warehouseId) ? 0 : 1);
  return [...sources].sort(
    (a, b) => isPreferred(a) - isPreferred(b) || b.free - a.free || (a.warehouseId < b.warehouseId ? -1 : 1),
  );
}

/** The smallest set that covers the quantity, with as many preferred warehouses in it as its size allows; all when none does. */
function fewest(useful: readonly Free[], quantity: number, preferred: readonly string[]): Free[] {
  const liked = useful.filter(({ warehouseId }) => preferred.includes(warehouseId));
  const others = useful.filter(({ warehouseId }) => !preferred.includes(warehouseId));
  for (let size = 2; size <= useful.length; size += 1) {
    for (let fromLiked = Math.min(size, liked.length); fromLiked >= 0; fromLiked -= 1) {
      const set = [...liked.slice(0, fromLiked), ...others.slice(0, size - fromLiked)];
      if (set.length === size && set.reduce((sum, { free }) => sum + free, 0) >= quantity) return set;
    }
  }
  return [...useful];
}

/** Takes from each in turn what it has; a rest below the least useful quantity is not worth a parcel. */
function take(sources: readonly Free[], quantity: number, leastQuantity: number): Pick[] {
  const picks: Pick[] = [];
  let wanted = quantity;
  for (const { warehouseId, free } of sources) {
    const taken = Math.min(free, wanted);
    if (taken < Math.min(leastQuantity, quantity)) continue;
    picks.push({ warehouseId, quantity: taken });
    wanted -= taken;
    if (wanted === 0) break;
  }
  return picks;
}

function total(picks: readonly Pick[]): number {
  return picks.reduce((sum, { quantity }) => sum + quantity, 0);
}
