import type { WmsPosition } from '../../../shared/contracts/position.ts';
import type { Transaction } from '../../../shared/contracts/transaction.ts';
import type { KnownPosition } from './scanner-device.ts';

export type PositionKey = Pick<WmsPosition, 'itemId' | 'warehouseId' | 'locationId' | 'lotNumber'>;

/**
 * Positions with what this device's queue will change of them. One that only the queue knows of, such as a lot that has just come,
 * is added with nothing on hand.
 *
 * @param queue what waits, the oldest first
 * @param isAsked whether a position belongs to what was asked for
 */
export function withWaiting(
  positions: readonly WmsPosition[],
  queue: readonly Transaction[],
  isAsked: (key: PositionKey) => boolean,
): KnownPosition[] {
  const known = new Map<string, WmsPosition>(positions.map((position) => [keyText(position), position]));
  const touching = new Map<string, Transaction[]>();
  for (const scan of queue)
    for (const key of positionsOf(scan).filter(isAsked)) {
      const text = keyText(key);
      if (!known.has(text)) known.set(text, { ...key, onHand: 0, reserved: 0, version: 0 });
      const before = touching.get(text);
      if (before) before.push(scan);
      else touching.set(text, [scan]);
    }
  return [...known].map(([text, position]) => ({
    ...position,
    waiting: onHandAfter(position, touching.get(text) ?? []) - position.onHand,
  }));
}

/** Pieces at a position once the queue is booked; never below 0. A count says what is there, whatever was. */
export function onHandAfter(
  position: PositionKey & { readonly onHand: number },
  queue: readonly Transaction[],
): number {
  const raw = queue.reduce((onHand, scan) => afterScan(position, onHand, scan), position.onHand);
  return Math.max(raw, 0);
}

function afterScan(key: PositionKey, onHand: number, scan: Transaction): number {
  const [from, to] = positionsOf(scan);
  if (to && keyText(to) === keyText(key)) return onHand + scan.quantity;
  if (from === undefined || keyText(from) !== keyText(key)) return onHand;
  switch (scan.type) {
    case 'receipt':
    case 'adjustment':
      return onHand + scan.quantity;
    case 'pick':
    case 'transfer':
      return onHand - scan.quantity;
    case 'count':
      return scan.quantity;
  }
}

/** The position of a scan; of a transfer also the one that it goes to. */
function positionsOf({
  type,
  itemId,
  warehouseId,
  locationId,
  toLocationId,
  lotNumber,
}: Transaction): PositionKey[] {
  const from = { itemId, warehouseId, locationId, lotNumber };
  return type === 'transfer' && toLocationId !== undefined
    ? [from, { ...from, locationId: toLocationId }]
    : [from];
}

/** Tells positions apart: `|` is in no identifier. */
export function keyText({ itemId, warehouseId, locationId, lotNumber }: PositionKey): string {
  return [itemId, warehouseId, locationId, lotNumber ?? ''].join('|');
}
