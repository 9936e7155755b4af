import { type Allocation, openPieces } from '../../../apps/wms-adapter/allocation/allocation.ts';
import {
  type BookedMovement,
  type BookingWrites,
  itemWarehouseText,
  type PositionKey,
  positionKeyText,
} from '../../../apps/wms-adapter/database.ts';
import type { InventoryEvent } from '../../../shared/contracts/inventory-event.ts';
import { keepMap, keepSet } from './keep.ts';
import { Violation } from './violation.ts';

/** What one position went through, as the bookings told it. */
export type WatchedPosition = {
  readonly key: PositionKey;
  /** Pieces at each version; that of version 1 comes first. */
  readonly onHand: number[];
  /** Its movements, in the order of the bookings. */
  readonly movements: BookedMovement[];
};

/** The WMS's books as they grew, booking by booking, and what must hold of each. */
export type WatchedBooks = {
  /** @throws {Violation} */
  add(writes: BookingWrites): void;
  /** By `positionKeyText`. */
  readonly positions: ReadonlyMap<string, WatchedPosition>;
  /** Transactions in the ledger, in lower case. */
  readonly transactions: ReadonlySet<string>;
  /** Events to be sent, by their ids. */
  readonly events: ReadonlyMap<string, InventoryEvent>;
  /** Keeps what is known now; called, the answer goes back to that. */
  backup(): () => void;
};

export function watchBooks(): WatchedBooks {
  const positions = new Map<string, WatchedPosition>();
  const transactions = new Set<string>();
  const events = new Map<string, InventoryEvent>();
  /** Pieces, by `itemWarehouseText`; added up here, not taken over from the totals that the WMS keeps. */
  const onHand = new Map<string, number>();
  const reserved = new Map<string, number>();
  /** Pieces that are reserved and not picked, by allocation id. */
  const open = new Map<string, number>();

  function addMovement(movement: BookedMovement): void {
    const name = positionKeyText(movement.position);
    const watched = positions.get(name) ?? { key: movement.position, onHand: [], movements: [] };
    positions.set(name, watched);
    const { version, raw } = movement.after;
    if (version !== watched.onHand.length + 1)
      throw new Violation(
        'The versions of a position have no holes',
        `${name} goes from ${watched.onHand.length} to ${version}`,
        [movement.position.itemId, movement.transactionId],
      );
    const onHand = Math.max(raw, 0);
    const before = watched.onHand.at(-1) ?? 0;
    if (onHand - before !== movement.effectiveChange)
      throw new Violation(
        'A booking changes on hand by what it says',
        `${name} goes from ${before} to ${onHand} at version ${version}, by ${movement.effectiveChange}`,
        [movement.position.itemId, movement.transactionId],
      );
    watched.onHand.push(onHand);
    watched.movements.push(movement);
  }

  function addReservation(allocation: Allocation): string {
    const name = itemWarehouseText(allocation);
    const { allocationId } = allocation;
    const pieces = openPieces(allocation);
    reserved.set(name, (reserved.get(name) ?? 0) + pieces - (open.get(allocationId) ?? 0));
    open.set(allocationId, pieces);
    return name;
  }

  function checkReserved(name: string): void {
    const [stock, promised] = [onHand.get(name) ?? 0, reserved.get(name) ?? 0];
    if (promised <= stock) return;
    throw new Violation(
      'Reservations never exceed stock after a transaction',
      `${name} has ${stock} pieces, ${promised} reserved`,
      [name.split('|')[0] ?? ''],
    );
  }

  return {
    ...{ positions, transactions, events },
    backup() {
      const kept = [
        keepMap(positions, ({ key, onHand, movements }) => ({
          key,
          onHand: [...onHand],
          movements: [...movements],
        })),
        keepSet(transactions),
        ...[keepMap(events), keepMap(onHand), keepMap(reserved), keepMap(open)],
      ];
      return () => {
        for (const goBack of kept) goBack();
      };
    },
    add({ ledger, movements, messages, allocations }) {
      for (const { transaction } of ledger) {
        const id = transaction.transactionId.toLowerCase();
        if (transactions.has(id))
          throw new Violation('A scan is in the ledger once', `${id} is booked again`, [
            id,
            transaction.itemId,
          ]);
        transactions.add(id);
      }
      const touched = new Set<string>();
      for (const movement of movements) {
        addMovement(movement);
        const name = itemWarehouseText(movement.position);
        onHand.set(name, (onHand.get(name) ?? 0) + movement.effectiveChange);
        touched.add(name);
      }
      for (const allocation of allocations) touched.add(addReservation(allocation));
      for (const name of touched) checkReserved(name);
      for (const message of messages) {
        if (message.kind !== 'event') continue;
        const { event } = message;
        if (events.has(event.eventId))
          throw new Violation('Event ids are unique', `${event.eventId} is given again`, [event.eventId]);
        events.set(event.eventId, event);
      }
    },
  };
}
