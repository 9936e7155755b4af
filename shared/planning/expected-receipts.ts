import type { ExpectedReceiptState } from '../contracts/planning.ts';
import {
  announce,
  byDay,
  findReceipt,
  MAX_EXPECTED_RECEIPTS,
  receiptStatus,
  withdraw,
} from '../domain/expected-receipts.ts';
import { type ExpectedReceipt, emptyStock, type StockKey } from '../domain/stock.ts';
import { utcDay } from '../domain/utc-day.ts';
import { untilStored } from '../ports/until-stored.ts';
import type { PlanningPorts } from './planning-ports.ts';

type Ports = Pick<PlanningPorts, 'plans' | 'runtime'>;

/** Thrown when an item has as many open expected receipts in a warehouse as are kept. */
export class TooManyExpectedReceipts extends Error {
  override readonly name = 'TooManyExpectedReceipts';
  constructor({ itemId, warehouseId }: StockKey) {
    super(
      `Item ${itemId} has ${MAX_EXPECTED_RECEIPTS} open expected receipts in ${warehouseId}, as many as are kept; delete one that will not come.`,
    );
  }
}

/**
 * Announces a receipt, or announces it anew with another quantity or day; what came of it so far stays.
 *
 * @throws {TooManyExpectedReceipts}
 * @throws {StoreUnavailable}
 */
export async function announceReceipt(
  key: StockKey,
  announced: Omit<ExpectedReceipt, 'received'>,
  { plans, runtime }: Ports,
): Promise<{ readonly receipt: ExpectedReceiptState; readonly isNew: boolean }> {
  return untilStored(runtime, expectedReceiptsOf(key), async () => {
    const held = await plans.readStock(key);
    const before = held?.stock.expectedReceipts ?? [];
    const after = announce(before, announced);
    if (!after) throw new TooManyExpectedReceipts(key);
    const known = findReceipt(before, announced.expectedReceiptId);
    const receipt = stateOf(after.receipt, utcDay(runtime.now()));
    if (known?.quantity === announced.quantity && known.expectedOn === announced.expectedOn)
      return { receipt, isNew: false };
    const outcome = held
      ? await plans.setExpectedReceipts(key, after.list, held.etag)
      : await plans.createStock({ ...emptyStock(key), expectedReceipts: after.list, version: 1 });
    return outcome === 'stored' ? { receipt, isNew: !known } : outcome;
  });
}

/** Expects a receipt no longer; one that is not expected is no error. @throws {StoreUnavailable} */
export async function withdrawReceipt(
  key: StockKey,
  expectedReceiptId: string,
  { plans, runtime }: Ports,
): Promise<void> {
  await untilStored(runtime, expectedReceiptsOf(key), async () => {
    const held = await plans.readStock(key);
    const expected = held?.stock.expectedReceipts ?? [];
    if (!held || !findReceipt(expected, expectedReceiptId)) return 'stored';
    return plans.setExpectedReceipts(key, withdraw(expected, expectedReceiptId), held.etag);
  });
}

/** The expected receipts of an item in a warehouse by date, with the latest that came in full. @throws {StoreUnavailable} */
export async function listExpectedReceipts(
  key: StockKey,
  { plans, runtime }: Ports,
): Promise<ExpectedReceiptState[]> {
  const held = await plans.readStock(key);
  const today = utcDay(runtime.now());
  return [...(held?.stock.expectedReceipts ?? [])].sort(byDay).map((receipt) => stateOf(receipt, today));
}

function expectedReceiptsOf({ itemId, warehouseId }: StockKey): string {
  return `the expected receipts of item ${itemId} in ${warehouseId}`;
}

function stateOf(receipt: ExpectedReceipt, today: string): ExpectedReceiptState {
  return { ...receipt, status: receiptStatus(receipt, today) };
}
