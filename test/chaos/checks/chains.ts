import type { InventoryEvent } from '../../../shared/contracts/inventory-event.ts';

/** The events of each position, in the order of their versions. */
export type Chains = {
  add: (event: InventoryEvent) => void;
  /** Positions whose versions are not 1, 2, 3 …, or whose figures are not the one before and the change. */
  broken: () => string[];
};

/** Pieces; an event without a version has 0, which is in no chain. */
type Link = Pick<InventoryEvent, 'quantityChange' | 'resultingOnHand'> & { readonly version: number };

export function openChains(): Chains {
  const chains = new Map<string, Link[]>();
  return {
    add({ itemId, warehouseId, locationId, lotNumber, version = 0, quantityChange, resultingOnHand }) {
      const name = [itemId, warehouseId, locationId, lotNumber ?? ''].join('/');
      const chain = chains.get(name) ?? [];
      chains.set(name, chain);
      chain.push({ version, quantityChange, resultingOnHand });
    },
    broken: () => [...chains].filter(([, chain]) => !isWhole(chain)).map(([name]) => name),
  };
}

function isWhole(chain: readonly Link[]): boolean {
  let onHand = 0;
  return chain
    .toSorted((a, b) => a.version - b.version)
    .every(({ version, quantityChange, resultingOnHand }, index) => {
      onHand += quantityChange;
      return version === index + 1 && resultingOnHand === onHand;
    });
}
