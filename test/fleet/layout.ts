/** The warehouse of a fleet: an aisle for two devices each, so that two people are at the same shelves. */
export const WAREHOUSE = 'WH-001';
export const PIN = '271828';
export const SUPERVISORS = ['sup-1', 'sup-2', 'sup-3'] as const;
/** In every aisle. */
export const EVERYWHERE = 'ITEM-00';

const LOCATIONS_AN_AISLE = 3;
const ITEMS_AN_AISLE = 2;
const ORDERS_AN_AISLE = 12;

export type Aisle = {
  readonly locations: readonly string[];
  readonly items: readonly string[];
  /** Orders for its items, one each. */
  readonly orders: readonly {
    readonly orderId: string;
    readonly itemId: string;
    readonly quantity: number;
  }[];
};

/** @param device from 0 */
export function aisleOf(device: number): Aisle {
  const name = String(Math.floor(device / 2) + 1).padStart(2, '0');
  const items = range(ITEMS_AN_AISLE, (nth) => `ITEM-${name}-${nth}`);
  return {
    locations: range(LOCATIONS_AN_AISLE, (nth) => `A-${name}-0${nth}`),
    items: [...items, EVERYWHERE],
    orders: range(ORDERS_AN_AISLE, (nth) => ({
      orderId: `ORDER-${name}-${nth}`,
      itemId: items[nth % items.length] ?? EVERYWHERE,
      quantity: nth,
    })),
  };
}

/** All aisles of so many devices. */
export function aislesOf(devices: number): Aisle[] {
  return range(Math.ceil(devices / 2), (nth) => aisleOf((nth - 1) * 2));
}

export function scannerOf(device: number): string {
  return `SCANNER-${String(device + 1).padStart(3, '0')}`;
}

export function workerOf(device: number): string {
  return `worker-${device + 1}`;
}

export function badgeOf(userId: string): string {
  return `B-${userId}`;
}

/** From 1. */
function range<Entry>(count: number, entry: (nth: number) => Entry): Entry[] {
  return Array.from({ length: count }, (_unused, index) => entry(index + 1));
}
