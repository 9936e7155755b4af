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
export type SourcedQuantity = { readonly warehouseId: string; readonly quantity: number };

/**
 * Chooses the warehouses for a line. Pure; the order of what counts is: at-risk stock last, so that no more of it is
 * taken than safe stock lacks, then as many pieces as can be had, then fewest splits, then preferred warehouses, then
 * highest ATP, then the warehouse's id. Without `allowSplit` it is one warehouse for all pieces, or none.
 */
export function chooseSources(sources: readonly Source[], terms: SourcingTerms): SourcedQuantity[] {
  const { quantity, allowSplit, preferredWarehouses: preferred = [] } = terms;
  const least = Math.min(terms.leastQuantity, quantity);
  if (!allowSplit) return chooseOne(sources, quantity, preferred);
  const safe = sources.map((source) => freeOf(source, safePieces(source)));
  const all = sources.map((source) => freeOf(source, source.atp));
  const safeFirst = fillUp(cover(safe, quantity, least, preferred), all, { quantity, least, preferred });
  const regardless = cover(all, quantity, least, preferred);
  return total(regardless) > total(safeFirst) ? regardless : safeFirst;
}

type Free = { readonly warehouseId: string; readonly free: number };

function freeOf({ warehouseId }: Source, free: number): Free {
  return { warehouseId, free };
}

function safePieces({ atp, atRisk }: Source): number {
  return atp - Math.max(atRisk, 0);
}

/** One warehouse that has all of it: the one that puts fewest pieces at risk. */
function chooseOne(
  sources: readonly Source[],
  quantity: number,
  preferred: readonly string[],
): SourcedQuantity[] {
  const lacking = new Map(
    sources.map((source) => [source.warehouseId, Math.max(quantity - safePieces(source), 0)]),
  );
  const risk = ({ warehouseId }: Free) => lacking.get(warehouseId) ?? 0;
  const able = sources.filter(({ atp }) => atp >= quantity).map((source) => freeOf(source, source.atp));
  const [best] = ranked(able, preferred).sort((a, b) => risk(a) - risk(b));
  return best ? [{ warehouseId: best.warehouseId, quantity }] : [];
}

/** As many pieces as these figures can give, in parcels of at least `least`, from as few warehouses as that takes. */
function cover(
  sources: readonly Free[],
  quantity: number,
  least: number,
  preferred: readonly string[],
): SourcedQuantity[] {
  const useful = ranked(
    sources.filter(({ free }) => free >= least),
    preferred,
  );
  const mostParcels = Math.floor(quantity / least);
  const largest = useful.map(({ free }) => free).sort((a, b) => b - a);
  const wanted = Math.min(quantity, sum(largest.slice(0, mostParcels)));
  return take(fewest(useful, wanted, preferred), wanted, least);
}

/** What is still lacking, from the same warehouses first, since that costs no further split. */
function fillUp(
  sourced: readonly SourcedQuantity[],
  sources: readonly Free[],
  { quantity, least, preferred }: { quantity: number; least: number; preferred: readonly string[] },
): SourcedQuantity[] {
  let lacking = quantity - total(sourced);
  if (lacking === 0) return [...sourced];
  const free = new Map(sources.map((source) => [source.warehouseId, source.free]));
  const filled = sourced.map(({ warehouseId, quantity: taken }) => {
    const more = Math.min((free.get(warehouseId) ?? 0) - taken, lacking);
    lacking -= more;
    return { warehouseId, quantity: taken + more };
  });
  const others = sources.filter(
    ({ warehouseId }) => !sourced.some((source) => source.warehouseId === warehouseId),
  );
  return [...filled, ...cover(others, lacking, least, preferred)];
}

/** Preferred ones in front, then by what is free, then by id. */
function ranked(sources: readonly Free[], preferred: readonly string[]): Free[] {
  const isPreferred = ({ warehouseId }: Free) => (preferred.includes(warehouseId) ? 0 : 1);
  return [...sources].sort(
    (a, b) => isPreferred(a) - isPreferred(b) || b.free - a.free || (a.warehouseId < b.warehouseId ? -1 : 1),
  );
}

/** The smallest set that has the quantity, with as many preferred warehouses in it as its size allows. */
function fewest(useful: readonly Free[], quantity: number, preferred: readonly string[]): Free[] {
  const liked = useful.filter(({ warehouseId }) => preferred.includes(warehouseId));
  const others = useful.filter(({ warehouseId }) => !preferred.includes(warehouseId));
  for (let size = 0; size <= useful.length; size += 1) {
    for (let fromLiked = Math.min(size, liked.length); fromLiked >= 0; fromLiked -= 1) {
      const set = [...liked.slice(0, fromLiked), ...others.slice(0, size - fromLiked)];
      if (set.length === size && sum(set.map(({ free }) => free)) >= quantity) return set;
    }
  }
  return [...useful];
}

/** Takes from each in turn what it has, but for what makes parcels worth sending of those after it. */
function take(sources: readonly Free[], quantity: number, least: number): SourcedQuantity[] {
  let wanted = quantity;
  return sources.map(({ warehouseId, free }, index) => {
    const taken = Math.min(free, wanted - least * (sources.length - index - 1));
    wanted -= taken;
    return { warehouseId, quantity: taken };
  });
}

function total(sourced: readonly SourcedQuantity[]): number {
  return sum(sourced.map(({ quantity }) => quantity));
}

function sum(pieces: readonly number[]): number {
  return pieces.reduce((a, b) => a + b, 0);
}
