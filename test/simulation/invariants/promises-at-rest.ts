import {
  openPieces,
  type Allocation as WmsAllocation,
} from '../../../apps/wms-adapter/allocation/allocation.ts';
import {
  type Allocation,
  leastUseful,
  lineFigures,
  type OrderLine,
  standing,
} from '../../../shared/domain/order-line.ts';
import { freeIn } from '../../../shared/domain/placement.ts';
import type { ItemDocuments, ItemPartition } from '../../doubles/item-documents.ts';
import { lineViolation, Violation } from './violation.ts';

/** What the WMS has. */
export type WmsPromises = {
  /** By allocation id. */
  readonly reservations: ReadonlyMap<string, WmsAllocation>;
  /** Allocations of which it lost what it had decided or picked, when it was restored. */
  readonly wentBack: ReadonlySet<string>;
};

/** Nothing of a line is open, and it knows the last word of the WMS. @throws {Violation} */
export function checkLineAtRest(line: OrderLine, { reservations, wentBack }: WmsPromises): void {
  const figures = lineFigures(line);
  if (figures.held + figures.open + figures.releasing > 0 || line.unsettledSince !== undefined)
    throw lineViolation('Every line comes to rest', line, JSON.stringify(figures));
  for (const allocation of line.allocations) {
    const { allocationId, decided } = allocation;
    const reservation = reservations.get(allocationId);
    const last = reservation?.decision;
    const isOver = wentBack.has(allocationId) && isClosed(allocation, reservation);
    if (last && decided?.sequence !== last.sequence && !isOver)
      throw lineViolation(
        'A line knows the last word of the WMS once it is quiet',
        line,
        `decision ${decided?.sequence} on ${allocationId} of ${last.sequence}`,
      );
  }
}

/**
 * What is released is so for good, and of what is picked nothing is decided any more, whatever numbers a WMS gives them that went back to a
 * backup.
 */
function isClosed(allocation: Allocation, reservation: WmsAllocation | undefined): boolean {
  if (allocation.state === 'released') return true;
  return standing(allocation) <= allocation.picked && (!reservation || openPieces(reservation) === 0);
}

/** A backorder that its stock could serve is served. @param now milliseconds UTC @throws {Violation} */
export function checkNeedlessWait(line: OrderLine, { stocks }: ItemPartition, now: number): void {
  if (line.backordered === 0 || line.ended) return;
  const { allowedWarehouses } = line.terms;
  for (const { value } of stocks.values()) {
    if (allowedWarehouses && !allowedWarehouses.includes(value.warehouseId)) continue;
    const { atp } = freeIn(value, now);
    if (atp >= Math.max(leastUseful(line), 1))
      throw lineViolation(
        'No backorder waits for what is free',
        line,
        `${line.backordered} pieces wait, ${atp} are free in ${value.warehouseId}`,
      );
  }
}

/** What the stocks promise is reserved, item by item and warehouse by warehouse. @throws {Violation} */
export function checkReserved(items: ItemDocuments, reservations: WmsPromises['reservations']): void {
  const promised = new Map<string, number>();
  for (const { stocks } of items.partitions())
    for (const { value } of stocks.values())
      promised.set(`${value.itemId}|${value.warehouseId}`, value.confirmed - value.picked);
  const reserved = new Map<string, number>();
  for (const { itemId, warehouseId, reserved: pieces, picked } of reservations.values()) {
    const name = `${itemId}|${warehouseId}`;
    reserved.set(name, (reserved.get(name) ?? 0) + Math.max(pieces - picked, 0));
  }
  for (const name of new Set([...promised.keys(), ...reserved.keys()]))
    if ((promised.get(name) ?? 0) !== (reserved.get(name) ?? 0))
      throw new Violation(
        'The cloud promises what the WMS has reserved, once it is quiet',
        `${name}: ${promised.get(name) ?? 0} promised, ${reserved.get(name) ?? 0} reserved`,
        [name.split('|')[0] ?? ''],
      );
}
