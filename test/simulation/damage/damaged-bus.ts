import type { ServiceBusMessage } from '@azure/service-bus';
import { allocationDecisionSchema } from '../../../shared/contracts/allocation-messages.ts';
import { type InventoryEvent, inventoryEventSchema } from '../../../shared/contracts/inventory-event.ts';
import { positionUpdates } from '../../../shared/domain/position.ts';
import {
  ALLOCATION_DECISIONS_TOPIC,
  ALLOCATION_SUBSCRIPTION,
} from '../../../shared/service-bus/allocation-message.ts';
import {
  INVENTORY_EVENTS_TOPIC,
  PROJECTION_SUBSCRIPTION,
} from '../../../shared/service-bus/inventory-message.ts';
import type { Delivery, SimulatedBus } from '../bus/service-bus.ts';
import type { Faults } from '../faults.ts';
import { isWarehouse } from '../layout.ts';
import type { World } from '../world.ts';
import type { Damage, DamageLog } from './damage-log.ts';

/** Pieces by which a figure is falsified, at most; how far ahead of the WMS an event may run. */
const LARGEST_ERROR = 9;
const LARGEST_LEAP = 1_000;

/**
 * The bus, on which messages of the WMS are lost for good, falsified and invented. What happens to an event happens to each
 * of its copies, however often the relay sends it or the bus delivers it; of a decision only one copy is lost, since whoever asks
 * again is answered again.
 */
export function damagedBus(bus: SimulatedBus, world: World, faults: Faults, log: DamageLog): SimulatedBus {
  const chance = world.chance.stream('damaged bus');
  /** What is sent in place of an event, by its id; undefined: itself. */
  const sent = new Map<string, readonly InventoryEvent[] | undefined>();
  /** Whether the projection never hears of an event. */
  const lost = new Map<string, boolean>();
  const note = (event: InventoryEvent, kind: Damage['kind'], rest: DamageOf) =>
    log.note({ ...about(event), kind, ...rest });

  function inPlaceOf(event: InventoryEvent): readonly InventoryEvent[] | undefined {
    const key = { itemId: event.itemId, warehouseId: event.warehouseId };
    if (!log.isTaken(key, 'event-gone') && faults.happens('event-gone')) {
      if (chance.happens(0.5)) {
        lost.set(event.eventId, true);
        noteLoss(event, 'it does not reach the projection');
        return undefined;
      }
      noteLoss(event, 'it is not sent');
      return [];
    }
    if (!isAlone(event) || log.isTaken(key, 'event-falsified')) return undefined;
    if (faults.happens('event-falsified')) return [falsified(event)];
    return faults.happens('event-invented') ? [event, invented(event)] : undefined;
  }

  /** Of a transfer the event of the other position tells what it lost. */
  function noteLoss(event: InventoryEvent, detail: string): void {
    if (event.countLock) return;
    const isLasting = event.counterpart === undefined;
    const { allocationId } = event;
    const classes = ['lost-event', 'missing'] as const;
    note(event, 'event-gone', { classes, isLasting, detail: `${textOf(event)}: ${detail}` });
    if (allocationId !== undefined)
      log.note({
        ...about(event),
        ...{ kind: 'event-gone', place: null, allocationId, classes, isLasting: false },
        detail: `${textOf(event)} of ${allocationId} ${detail}`,
      });
  }

  function falsified(event: InventoryEvent): InventoryEvent {
    const error = chance.between(1, LARGEST_ERROR);
    const figure = chance.below(3);
    const resultingOnHand = event.resultingOnHand + (figure === 1 ? 0 : error);
    const quantityChange = event.quantityChange + (figure === 0 ? 0 : error);
    const other = { ...event, resultingOnHand, quantityChange };
    note(event, 'event-falsified', {
      ...{ classes: ['calculation-mismatch'], isLasting: false },
      held: { version: event.version ?? 0, onHand: resultingOnHand },
      detail: `${textOf(event)} is sent as ${textOf(other)}`,
    });
    return other;
  }

  /** Of a place where nothing ever was, or of a state that the WMS never had. */
  function invented(event: InventoryEvent): InventoryEvent {
    const id = chance.uuid();
    const pieces = chance.between(1, LARGEST_ERROR);
    const place = chance.happens(0.5)
      ? {
          locationId: `NOWHERE-${chance.between(1, 9_999)}`,
          lotNumber: null,
          version: 1,
          resultingOnHand: pieces,
        }
      : {
          version: (event.version ?? 0) + chance.between(10, LARGEST_LEAP),
          resultingOnHand: event.resultingOnHand + pieces,
        };
    const unknown = { eventId: `evt-${id}`, transactionId: id, eventType: 'InventoryAdjustment' } as const;
    const { scannedQuantity: _scanned, ...rest } = event;
    const other: InventoryEvent = { ...rest, ...unknown, ...place, quantityChange: pieces };
    note(other, 'event-invented', {
      // The WMS may come to that version itself before a run looks: then two events tell it differently.
      ...{ classes: ['phantom', 'calculation-mismatch'], isLasting: true },
      held: { version: place.version, onHand: place.resultingOnHand },
      detail: `${textOf(other)} was never booked`,
    });
    return other;
  }

  /** Whether a decision of the WMS that is delivered gets lost. */
  function losesDecision({ message: { body } }: Delivery): boolean {
    const parsed = allocationDecisionSchema.safeParse(jsonOf(body));
    if (!parsed.success || !isWarehouse(parsed.data.warehouseId) || !faults.happens('decision-gone'))
      return false;
    const { allocationId, itemId, warehouseId, sequence, status, quantity } = parsed.data;
    log.note({
      ...{ kind: 'decision-gone', itemId, warehouseId, place: null, allocationId, version: sequence },
      classes: ['hold-without-reservation', 'reservation-without-hold', 'lost-event'],
      isLasting: false,
      detail: `decision ${sequence} on ${allocationId} is lost: ${status} ${quantity}`,
    });
    return true;
  }

  return {
    ...bus,
    send(entity, messages, delayMs) {
      if (entity !== INVENTORY_EVENTS_TOPIC || delayMs) return bus.send(entity, messages, delayMs);
      bus.send(entity, messages.flatMap(tampered));
    },
    receive(place, process, limit, handler) {
      const isLost =
        place === `${INVENTORY_EVENTS_TOPIC}/${PROJECTION_SUBSCRIPTION}`
          ? ({ message }: Delivery) => lost.get(eventIdOf(message)) ?? false
          : place === `${ALLOCATION_DECISIONS_TOPIC}/${ALLOCATION_SUBSCRIPTION}`
            ? losesDecision
            : undefined;
      bus.receive(
        place,
        process,
        limit,
        !isLost
          ? handler
          : async (deliveries) => {
              const left = deliveries.filter((delivery) => !isLost(delivery));
              if (left.length > 0) await handler(left);
            },
      );
    },
  };

  /** As the relay sends it, also again, or what is sent instead. */
  function tampered(message: ServiceBusMessage): ServiceBusMessage[] {
    const parsed = inventoryEventSchema.safeParse(jsonOf(message.body));
    // Strangers send here as well.
    if (!parsed.success) return [message];
    const event = parsed.data;
    if (!sent.has(event.eventId)) sent.set(event.eventId, inPlaceOf(event));
    const instead = sent.get(event.eventId);
    if (!instead) return [message];
    return instead.map((one) => ({ ...message, messageId: one.eventId, body: JSON.stringify(one) }));
  }
}

type DamageOf = Pick<Damage, 'classes' | 'isLasting' | 'detail' | 'held'>;

function about({ itemId, warehouseId, locationId, lotNumber, version = 0 }: InventoryEvent) {
  return { itemId, warehouseId, place: { locationId, lotNumber }, version };
}

/** No half of a transfer, no pick of an order, no count that begins or ends. */
function isAlone(event: InventoryEvent): boolean {
  return (
    event.counterpart === undefined &&
    event.allocationId === undefined &&
    event.countLock === undefined &&
    positionUpdates(event).length === 1
  );
}

function textOf({ eventId, version, quantityChange, resultingOnHand }: InventoryEvent): string {
  return `${eventId} (version ${version}: ${quantityChange} makes ${resultingOnHand})`;
}

function eventIdOf({ body }: ServiceBusMessage): string {
  const parsed = inventoryEventSchema.safeParse(jsonOf(body));
  return parsed.success ? parsed.data.eventId : '';
}

function jsonOf(body: unknown): unknown {
  try {
    return JSON.parse(String(body));
  } catch {
    return undefined;
  }
}
