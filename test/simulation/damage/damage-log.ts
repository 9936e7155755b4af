import { positionKeyText } from '../../../apps/wms-adapter/database.ts';
import type { Discrepancy } from '../../../shared/contracts/reconciliation.ts';
import type { StockKey } from '../../../shared/domain/stock.ts';
import type { FaultKind } from '../faults.ts';
import type { World } from '../world.ts';

/** What was damaged on purpose, and as what the reconciliation may report it. */
export type Damage = StockKey & {
  readonly kind: FaultKind;
  /** Null where it is about no position. */
  readonly place: { readonly locationId: string; readonly lotNumber: string | null } | null;
  readonly allocationId?: string;
  readonly classes: readonly Discrepancy['class'][];
  /** The version whose state is damaged. */
  readonly version: number;
  /** What a document may hold of the position though the WMS never did. */
  readonly held?: { readonly version: number; readonly onHand: number };
  /** False where what comes later may put it right before anybody sees it. */
  readonly isLasting: boolean;
  readonly detail: string;
};

export type LoggedDamage = Damage & {
  /** Milliseconds UTC. */
  readonly at: number;
};

export type DamageLog = {
  note(damage: Damage): void;
  /** A document may hold this of a position (by `positionKeyText`), though the WMS never had it, or has it no longer. */
  excuse(name: string, held: { readonly version: number; readonly onHand: number }): void;
  all(): readonly LoggedDamage[];
  /** True when something of the item in the warehouse was damaged, of other kinds than this. */
  isTaken(key: StockKey, kind: FaultKind): boolean;
  /** True when damage explains that a document holds this figure. */
  excuses(name: string, held: { readonly version: number; readonly onHand: number }): boolean;
};

export function damageLog(world: World, onDamage: (damage: Damage) => void): DamageLog {
  const all: LoggedDamage[] = [];
  const stocks = new Map<string, Set<FaultKind>>();
  const held = new Set<string>();
  const stockName = ({ itemId, warehouseId }: StockKey) => `${itemId}|${warehouseId}`;
  return {
    all: () => all,
    note(damage) {
      all.push({ ...damage, at: world.now() });
      const kinds = stocks.get(stockName(damage)) ?? new Set();
      stocks.set(stockName(damage), kinds.add(damage.kind));
      if (damage.held && damage.place)
        held.add(heldName(positionKeyText({ ...damage, ...damage.place }), damage.held));
      const { itemId, warehouseId, place, kind, detail, allocationId = '' } = damage;
      world.note(() => ({
        entities: [itemId, allocationId.split(':')[0] ?? ''],
        text: `DAMAGE ${kind}: ${itemId} in ${warehouseId}${place ? ` at ${place.locationId}/${place.lotNumber}` : ''}: ${detail}`,
      }));
      onDamage(damage);
    },
    excuse: (name, figure) => held.add(heldName(name, figure)),
    isTaken: (key, kind) => [...(stocks.get(stockName(key)) ?? [])].some((known) => known !== kind),
    excuses: (name, figure) => held.has(heldName(name, figure)),
  };
}

function heldName(name: string, { version, onHand }: NonNullable<Damage['held']>): string {
  return `${name}|${version}|${onHand}`;
}
