import type { KnownPosition, KnownStock } from '../../core/scanner-device.ts';

/** Pieces at a position when what waits on this device is booked. */
export function piecesAt({ onHand, waiting }: KnownPosition): number {
  return onHand + waiting;
}

/** The lots that lie at one location, null for stock without; those with nothing left only where there are no others. */
export function lotsOf(known: KnownStock | undefined): readonly (string | null)[] {
  const positions = known?.positions ?? [];
  const filled = positions.filter((position) => piecesAt(position) > 0);
  return [...new Set((filled.length > 0 ? filled : positions).map(({ lotNumber }) => lotNumber))];
}

/** The position of a lot, among those of one item at one location. */
export function positionOfLot(
  known: KnownStock | undefined,
  lotNumber: string | null,
): KnownPosition | undefined {
  return known?.positions.find((position) => position.lotNumber === lotNumber);
}
