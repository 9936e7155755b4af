import { INVENTORY_EVENTS_TOPIC } from '../../shared/service-bus/inventory-message.ts';
import { BusAway, type SimulatedBus } from './bus/service-bus.ts';
import type { Faults } from './faults.ts';
import { startProcess } from './process.ts';
import type { World } from './world.ts';

/** Milliseconds between two turns at most, in the quickest runs. */
const TURN_MS = 2_000;

/**
 * Somebody who sends to the topic what is no event of a warehouse known here. Answers the ids of what the bus took.
 *
 * @param scannersTurnMs between two turns of a scanner at most: where they take their time, so does the stranger
 */
export function startStranger(
  world: World,
  faults: Faults,
  bus: SimulatedBus,
  scannersTurnMs: number,
): ReadonlySet<string> {
  const turnMs = Math.max(TURN_MS, scannersTurnMs / 20);
  const chance = world.chance.stream('stranger');
  const { after } = startProcess(world, 'stranger');
  const sent = new Set<string>();
  let tries = 0;
  const turn = () => {
    if (faults.happens('poison')) {
      tries += 1;
      const messageId = `poison-${tries}`;
      const body = Buffer.from(bodyOf(chance.below(3), world.now()));
      try {
        bus.send(INVENTORY_EVENTS_TOPIC, [{ messageId, body }]);
        sent.add(messageId);
      } catch (error) {
        if (!(error instanceof BusAway)) throw error;
        if (error.isTaken) sent.add(messageId);
      }
      world.note(() => ({ entities: [messageId], text: `a stranger sends ${messageId}` }));
    }
    if (!faults.areOver()) after(chance.between(1, turnMs), 'the stranger turns', turn);
  };
  after(chance.between(1, turnMs), 'the stranger turns', turn);
  return sent;
}

function bodyOf(kind: number, now: number): Uint8Array | string {
  if (kind === 0) return Uint8Array.of(0xff, 0xfe, 0x00, 0x7b);
  if (kind === 1) return '{"eventId": "evt-1", "itemId":';
  return JSON.stringify({
    ...{ eventId: 'evt-elsewhere', timestamp: new Date(now).toISOString(), eventType: 'InventoryReceipt' },
    ...{
      itemId: 'ITEM-01',
      warehouseId: 'WH-999',
      locationId: 'A-01',
      quantityChange: 5,
      resultingOnHand: 5,
    },
    ...{ transactionId: 'TRX-1', scannerId: 'S', userId: 'u' },
  });
}
