import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { transactionResultsSchema } from '../../shared/contracts/transaction.ts';
import { positionKey } from '../../shared/domain/position.ts';
import { receipt, type Truth, warehouseOf } from './loads.ts';

/** What is scanned in turn: pairs of item and warehouse, each one location. */
export type Shelves = { readonly count: number };

/** A transaction on its way: `expected` is what the position holds once it is booked, in pieces. */
export type Scan = { readonly itemId: string; readonly warehouseId: string; readonly expected: number };

export type ScanRun = {
  /** Transactions a second, at fixed times whether or not earlier ones were answered. */
  readonly rate: number;
  readonly seconds: number;
  /** The number of the first scan; runs on the same shelves go on counting. */
  readonly first: number;
  readonly shelves: Shelves;
  /** Called as the POST of a scan is sent; it may poll, and is waited for. */
  readonly sent?: (scan: Scan, index: number) => Promise<void>;
};

const LOCATION = 'A-05-02';
const PER_CALL = 500;

/** Items and locations of the shelves, in the WMS's master data. */
export async function putMasterData(adapter: string, { count }: Shelves): Promise<void> {
  const warehouses = Array.from({ length: Math.min(count, 8) }, (_, index) => warehouseOf(index));
  const locations = warehouses.map((warehouseId) => ({ warehouseId, locationId: LOCATION }));
  await put(`${adapter}/api/v1/locations`, locations);
  const items = Array.from({ length: count }, (_, index) => ({ itemId: itemOf(index) }));
  for (let start = 0; start < count; start += PER_CALL) {
    await put(`${adapter}/api/v1/items`, items.slice(start, start + PER_CALL));
  }
}

/**
 * Posts single receipts of one piece at a constant rate, shelf after shelf, and resolves when all are answered. An
 * open loop: a slow adapter does not slow the scanners down.
 *
 * @throws when the adapter does not book one
 */
export async function runScanners(adapter: string, run: ScanRun): Promise<void> {
  const total = Math.round(run.rate * run.seconds);
  const begun = performance.now();
  const underWay = new Set<Promise<void>>();
  const failures: unknown[] = [];
  for (let index = 0; index < total; index += 1) {
    const wait = begun + (index * 1_000) / run.rate - performance.now();
    if (wait > 0) await sleep(wait);
    const work = scanOne(adapter, run, index)
      .catch((error: unknown) => void failures.push(error))
      .finally(() => underWay.delete(work));
    underWay.add(work);
    if (failures.length > 0) break;
  }
  await Promise.all(underWay);
  if (failures.length > 0) throw failures[0];
}

/** What the WMS holds after so many scans on these shelves. */
export function truthAfter(scans: number, { count }: Shelves): Truth {
  const key = positionKey({ locationId: LOCATION, lotNumber: null });
  return new Map(
    Array.from({ length: Math.min(scans, count) }, (_, shelf) => {
      const pieces = Math.ceil((scans - shelf) / count);
      return [
        `${itemOf(shelf)}|${warehouseOf(shelf)}`,
        new Map([[key, { onHand: pieces, version: pieces }]]),
      ];
    }),
  );
}

async function scanOne(adapter: string, { first, shelves, sent }: ScanRun, index: number): Promise<void> {
  const number = first + index;
  const shelf = number % shelves.count;
  const scan = {
    itemId: itemOf(shelf),
    warehouseId: warehouseOf(shelf),
    expected: Math.floor(number / shelves.count) + 1,
  };
  await Promise.all([post(adapter, scan), sent?.(scan, index)]);
}

async function post(adapter: string, { itemId, warehouseId }: Scan): Promise<void> {
  const response = await fetch(`${adapter}/api/v1/transactions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(receipt(itemId, warehouseId, LOCATION)),
  });
  const answer: unknown = await response.json();
  const { results } = transactionResultsSchema.parse(answer);
  if (results[0]?.outcome !== 'applied') throw new Error(`the adapter answered ${JSON.stringify(answer)}`);
}

const storedSchema = z.object({ stored: z.number() });

async function put(url: string, body: object[]): Promise<void> {
  const response = await fetch(url, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer: unknown = await response.json();
  if (!storedSchema.safeParse(answer).success)
    throw new Error(`PUT ${url} answered ${JSON.stringify(answer)}`);
}

function itemOf(shelf: number): string {
  return `SCAN-${String(shelf).padStart(6, '0')}`;
}
