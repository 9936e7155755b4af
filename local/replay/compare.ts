type Figures = {
  itemId: string;
  warehouseId: string;
  locationId: string;
  lotNumber: string | null;
  onHand: number;
  version: number | null;
};

export type Comparison = {
  /** Positions that either side knows. */
  compared: number;
  /** How many of them differ. */
  different: number;
  /** The first of them, one readable line each. */
  differences: string[];
  /** Sum of the versions that the cloud holds: it grows while the cloud catches up. */
  progress: number;
};

const LISTED = 20;

/**
 * Compares every position of the WMS with the cloud's, both ways: figure, version, and being there at all. One at zero
 * that the WMS does not know is right: a correction leaves it, so that what was invented does not come back.
 */
export async function comparePositions(
  wms: AsyncIterable<Figures>,
  cloud: AsyncIterable<Figures>,
): Promise<Comparison> {
  const held = new Map<string, Figures>();
  let progress = 0;
  for await (const position of cloud) {
    held.set(nameOf(position), position);
    progress += position.version ?? 0;
  }
  const result: Comparison = { compared: 0, different: 0, differences: [], progress };
  const note = (difference: string) => {
    result.different += 1;
    if (result.differences.length < LISTED) result.differences.push(difference);
  };
  for await (const position of wms) {
    const name = nameOf(position);
    const there = held.get(name);
    held.delete(name);
    result.compared += 1;
    const [ours, theirs] = [figuresOf(position), there && figuresOf(there)];
    if (ours !== theirs) note(`${name}: the WMS has ${ours}, the cloud ${theirs ?? 'does not know it'}`);
  }
  for (const [name, figures] of held) {
    result.compared += 1;
    if (figures.onHand === 0) continue;
    note(`${name}: the WMS does not know it, the cloud has ${figuresOf(figures)}`);
  }
  return result;
}

function nameOf({ itemId, warehouseId, locationId, lotNumber }: Figures): string {
  return [itemId, warehouseId, locationId, ...(lotNumber === null ? [] : [lotNumber])].join('/');
}

function figuresOf({ onHand, version }: Figures): string {
  return `${onHand} pieces (version ${version ?? 'none'})`;
}
