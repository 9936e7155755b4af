import { expect, test } from 'vitest';
import { type InventoryEvent, inventoryEventSchema } from '../../../shared/contracts/inventory-event.ts';
import { openChains } from './chains.ts';

function event(version: number | undefined, quantityChange: number, resultingOnHand: number): InventoryEvent {
  return inventoryEventSchema.parse({
    ...{ eventId: `E-${version}`, timestamp: '2026-11-22T20:00:00.000Z', eventType: 'InventoryReceipt' },
    ...{ itemId: 'A', warehouseId: 'WH-001', locationId: 'A-01-01', quantityChange, resultingOnHand },
    ...{ transactionId: `T-${version}`, scannerId: 'S', userId: 'U', ...(version && { version }) },
  });
}

test.each<[string, InventoryEvent[], string[]]>([
  ['a whole chain, in whatever order it comes', [event(2, -1, 4), event(1, 5, 5)], []],
  ['a hole', [event(1, 5, 5), event(3, -1, 4)], ['A/WH-001/A-01-01/']],
  ['a version that comes twice', [event(1, 5, 5), event(1, 5, 5)], ['A/WH-001/A-01-01/']],
  [
    'a figure that is not the one before and the change',
    [event(1, 5, 5), event(2, -1, 5)],
    ['A/WH-001/A-01-01/'],
  ],
  ['an event without a version', [event(undefined, 5, 5)], ['A/WH-001/A-01-01/']],
])('chains of the ledger: %s', (_what, events, broken) => {
  const chains = openChains();
  for (const one of events) chains.add(one);
  expect(chains.broken()).toEqual(broken);
});
