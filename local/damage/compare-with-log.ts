import type { LoggedDamage } from './damage-log.ts';
import type { Discrepancy } from './reconciliation-runs.ts';

export type ClassFigures = {
  class: string;
  planted: number;
  found: number;
  /** Discrepancies of that class that no damage explains. */
  falseAlarms: number;
};

export type LogComparison = {
  byClass: ClassFigures[];
  planted: number;
  found: number;
  falseAlarms: number;
  /** Damage of which nothing is to be found, such as an event that came twice. */
  harmless: number;
  /** What was not found, and what nobody did, a readable line each. */
  complaints: string[];
};

/** Compares what was done with what reconciliation reports: each damage in its place and as its class, and nothing else. */
export function compareWithLog(
  damages: readonly LoggedDamage[],
  discrepancies: readonly Discrepancy[],
): LogComparison {
  const classes = new Map<string, ClassFigures>();
  const figuresOf = (name: string): ClassFigures => {
    const figures = classes.get(name) ?? { class: name, planted: 0, found: 0, falseAlarms: 0 };
    classes.set(name, figures);
    return figures;
  };
  const byPlace = Map.groupBy(discrepancies, placeOf);
  const explained = new Set<Discrepancy>();
  const complaints: string[] = [];
  for (const damage of damages) {
    if (damage.class === null) continue;
    const matching = (byPlace.get(placeOf(damage)) ?? []).filter(
      (found) => found.class === classOf(damage, found),
    );
    for (const found of matching) explained.add(found);
    const figures = figuresOf(matching[0]?.class ?? damage.class);
    figures.planted += 1;
    if (matching.length > 0) figures.found += 1;
    else
      complaints.push(`not found: ${damage.class} at ${placeOf(damage)} (${damage.kind}: ${damage.detail})`);
  }
  for (const found of discrepancies) {
    if (explained.has(found)) continue;
    figuresOf(found.class).falseAlarms += 1;
    complaints.push(`false alarm: ${found.class} at ${placeOf(found)} (${found.detail})`);
  }
  const byClass = [...classes.values()].sort((a, b) => (a.class < b.class ? -1 : 1));
  const sum = (name: 'planted' | 'found' | 'falseAlarms') =>
    byClass.reduce((total, figures) => total + figures[name], 0);
  return {
    ...{ byClass, planted: sum('planted'), found: sum('found'), falseAlarms: sum('falseAlarms') },
    harmless: damages.filter((damage) => damage.class === null).length,
    complaints,
  };
}

/** True when all of it was found, and nothing else. */
export function isProven({ planted, found, falseAlarms }: LogComparison): boolean {
  return found === planted && falseAlarms === 0;
}

/** What the damage is to be reported as: the WMS may have booked on the position before it was found. */
function classOf({ class: name, classOnceMoved, version }: LoggedDamage, found: Discrepancy): string | null {
  const hasMoved = version !== null && (found.expected?.version ?? 0) > version;
  return (hasMoved && classOnceMoved) || name;
}

type Place = Pick<Discrepancy, 'itemId' | 'warehouseId' | 'locationId' | 'lotNumber' | 'allocationId'>;

function placeOf({ itemId, warehouseId, locationId, lotNumber, allocationId }: Place): string {
  return [
    itemId,
    warehouseId,
    allocationId ?? locationId ?? '',
    ...(lotNumber === null ? [] : [lotNumber]),
  ].join('/');
}
