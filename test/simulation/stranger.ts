import type { Allocation } from '../../apps/wms-adapter/allocation/allocation.ts';
import { ALLOCATION_DECISIONS_TOPIC } from '../../shared/service-bus/allocation-message.ts';
import { INVENTORY_EVENTS_TOPIC } from '../../shared/service-bus/inventory-message.ts';
import { BusAway, type SimulatedBus } from './bus/service-bus.ts';
import type { Chance } from './chance.ts';
import type { Faults } from './faults.ts';
import { startProcess } from './process.ts';
import type { World } from './world.ts';

/** Milliseconds between two turns at most, in the quickest runs. */
const TURN_MS = 2_000;

/** A warehouse that is none here, and has nothing. */
const ELSEWHERE = 'WH-999';

export type StrangerParts = {
  readonly world: World;
  readonly faults: Faults;
  readonly bus: SimulatedBus;
  /** Between two turns of a scanner at most: where they take their time, so does the stranger. */
  readonly turnMs: number;
  /** What is reserved and not picked. */
  readonly openAllocations: () => readonly Allocation[];
};

/**
 * Somebody who sends what is no event of a warehouse known here, and decides on what another warehouse was asked. Answers the ids of
 * what the bus took.
 */
export function startStranger({ world, faults, bus, ...parts }: StrangerParts): ReadonlySet<string> {
  const turnMs = Math.max(TURN_MS, parts.turnMs / 20);
  const chance = world.chance.stream('stranger');
  const { after } = startProcess(world, 'stranger');
  const sent = new Set<string>();
  let tries = 0;
  const send = (topic: string, text: Uint8Array | string) => {
    tries += 1;
    const messageId = `poison-${tries}`;
    try {
      bus.send(topic, [{ messageId, body: Buffer.from(text) }]);
      sent.add(messageId);
    } catch (error) {
      if (!(error instanceof BusAway)) throw error;
      if (error.isTaken) sent.add(messageId);
    }
    world.note(() => ({ entities: [messageId], text: `a stranger sends ${messageId}: ${text}` }));
  };
  const turn = () => {
    if (faults.happens('poison')) send(INVENTORY_EVENTS_TOPIC, bodyOf(chance.below(3), world.now()));
    const open = parts.openAllocations();
    if (open.length > 0 && faults.happens('decided-elsewhere'))
      send(ALLOCATION_DECISIONS_TOPIC, decisionElsewhere(chance.oneOf(open), chance));
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
      warehouseId: ELSEWHERE,
      locationId: 'A-01',
      quantityChange: 5,
      resultingOnHand: 5,
    },
    ...{ transactionId: 'TRX-1', scannerId: 'S', userId: 'u' },
  });
}

/** What the warehouse said that was asked, or what it might say next. */
function decisionElsewhere({ decision }: Allocation, chance: Chance): string {
  const sequence = decision.sequence + chance.below(2);
  return JSON.stringify({ ...decision, warehouseId: ELSEWHERE, sequence });
}
