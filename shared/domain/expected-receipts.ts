import type { ExpectedReceipt } from './stock.ts';

/** Expected receipts that may be open for an item in a warehouse. */
export const MAX_EXPECTED_RECEIPTS = 200;

/** Those that came in full are remembered, the latest of them, so that one announced again is not expected twice. */
const REMEMBERED = 100;

/** What one received transaction says: pieces that came, on which UTC day, and for which expected receipt, if it was named. */
export type ReceivedPieces = {
  readonly expectedReceiptId: string | null;
  readonly quantity: number;
  readonly day: string;
};

/**
 * Takes pieces that came off what was expected (architecture, rule 7). A receipt that names the expected one it fulfils
 * reduces that one, whenever it was due, and no other. One that names none reduces the oldest due on its day, and
 * with what is left over the next due one; when none is due, nothing. What came in full is only remembered.
 *
 * Pure; answers the same list when nothing changes.
 */
export function receive(
  expected: readonly ExpectedReceipt[],
  received: ReceivedPieces,
): readonly ExpectedReceipt[] {
  const { expectedReceiptId, day } = received;
  const fulfilled =
    expectedReceiptId === null
      ? expected.filter(({ expectedOn }) => expectedOn <= day).sort(byDay)
      : expected.filter((receipt) => receipt.expectedReceiptId === expectedReceiptId);
  let left = received.quantity;
  const changed = new Map<ExpectedReceipt, ExpectedReceipt>();
  for (const receipt of fulfilled) {
    const taken = Math.min(left, openPieces(receipt));
    if (taken <= 0) continue;
    changed.set(receipt, { ...receipt, received: receipt.received + taken });
    left -= taken;
  }
  if (changed.size === 0) return expected;
  return remembered(expected.map((receipt) => changed.get(receipt) ?? receipt));
}

/**
 * The list with a receipt announced, or announced anew with another quantity or day; what came of it so far stays.
 * Undefined when the list is full.
 */
export function announce(
  expected: readonly ExpectedReceipt[],
  announced: Omit<ExpectedReceipt, 'received'>,
): { readonly receipt: ExpectedReceipt; readonly list: readonly ExpectedReceipt[] } | undefined {
  const held = findReceipt(expected, announced.expectedReceiptId);
  const opens = !held || !isOpen(held);
  if (opens && expected.filter(isOpen).length >= MAX_EXPECTED_RECEIPTS) return undefined;
  const receipt: ExpectedReceipt = { ...announced, received: held?.received ?? 0 };
  const list = remembered([...withdraw(expected, announced.expectedReceiptId), receipt]).sort(byDay);
  return { receipt, list };
}

/** The list without this one. */
export function withdraw(expected: readonly ExpectedReceipt[], expectedReceiptId: string): ExpectedReceipt[] {
  return expected.filter((receipt) => receipt.expectedReceiptId !== expectedReceiptId);
}

/** The one of this id, if it is expected. */
export function findReceipt(
  expected: readonly ExpectedReceipt[],
  expectedReceiptId: string,
): ExpectedReceipt | undefined {
  return expected.find((receipt) => receipt.expectedReceiptId === expectedReceiptId);
}

/** How it stands on this UTC day. What is overdue counts for nothing until it comes. */
export function receiptStatus(receipt: ExpectedReceipt, today: string): 'expected' | 'overdue' | 'received' {
  if (!isOpen(receipt)) return 'received';
  return receipt.expectedOn < today ? 'overdue' : 'expected';
}

/** Pieces of it that can be counted on, from its day on: those not received, unless it is overdue. */
export function countedPieces(receipt: ExpectedReceipt, today: string): number {
  return receipt.expectedOn < today ? 0 : openPieces(receipt);
}

/** By date, then id. */
export function byDay(a: ExpectedReceipt, b: ExpectedReceipt): number {
  if (a.expectedOn !== b.expectedOn) return a.expectedOn < b.expectedOn ? -1 : 1;
  return a.expectedReceiptId < b.expectedReceiptId ? -1 : 1;
}

/** Without the oldest of those that came in full, where they are too many. */
function remembered(expected: readonly ExpectedReceipt[]): ExpectedReceipt[] {
  const latest = new Set(
    expected
      .filter((receipt) => !isOpen(receipt))
      .sort(byDay)
      .slice(-REMEMBERED),
  );
  return expected.filter((receipt) => isOpen(receipt) || latest.has(receipt));
}

function openPieces({ quantity, received }: ExpectedReceipt): number {
  return Math.max(quantity - received, 0);
}

function isOpen(receipt: ExpectedReceipt): boolean {
  return openPieces(receipt) > 0;
}
