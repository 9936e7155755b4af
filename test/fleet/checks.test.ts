import { describe, expect, test } from 'vitest';
import { inventoryEventSchema } from '../../shared/contracts/inventory-event.ts';
import { transactionSchema } from '../../shared/contracts/transaction.ts';
import { checkLedger } from './check-ledger.ts';
import { checkScanTimes } from './check-scan-times.ts';
import { checkStock } from './check-stock.ts';
import type { RadioCall } from './radio.ts';
import { openScanBook } from './scan-book.ts';
import type { WmsBooks } from './wms-books.ts';

const NOON = Date.parse('2026-11-22T12:00:00.000Z');
const POSITION = 'WH-001|TEAPOT|A-01|';

function idOf(nth: number): string {
  return `00000000-0000-4000-8000-${String(nth).padStart(12, '0')}`;
}

function scanOf(nth: number, fields: Record<string, unknown> = {}) {
  const transaction = transactionSchema.parse({
    ...{ transactionId: idOf(nth), type: 'receipt', itemId: 'TEAPOT', warehouseId: 'WH-001' },
    ...{ locationId: 'A-01', quantity: 5, scannedAt: new Date(NOON + nth * 1_000).toISOString() },
    ...{ sequence: nth, scannerId: 'SCANNER-001', userId: 'ann' },
    scanClock: { run: 'run-1', milliseconds: nth * 1_000 },
    ...fields,
  });
  return { ...transaction, sequence: nth };
}

function eventOf(nth: number, fields: Record<string, unknown> = {}) {
  return inventoryEventSchema.parse({
    ...{ eventId: `E-${nth}`, timestamp: new Date(NOON).toISOString(), eventType: 'InventoryReceipt' },
    ...{ itemId: 'TEAPOT', warehouseId: 'WH-001', locationId: 'A-01', quantityChange: 5 },
    ...{ resultingOnHand: nth * 5, transactionId: idOf(nth), scannerId: 'SCANNER-001', userId: 'ann' },
    ...{ version: nth, scannedAt: new Date(NOON + nth * 1_000).toISOString() },
    ...fields,
  });
}

/** Two receipts of five, both synced. */
function someBook(states: readonly ('synced' | 'queued' | 'dropped')[] = ['synced', 'synced']) {
  const book = openScanBook('SCANNER-001');
  for (const [index, state] of states.entries()) {
    const at = NOON + (index + 1) * 1_000;
    book.stored({ transaction: scanOf(index + 1), state, attempts: 1 }, [at, at]);
  }
  return book;
}

function books(events: WmsBooks['events'], onHand = 10): WmsBooks {
  return { events, onHand: new Map([[POSITION, onHand]]) };
}

const kinds = (findings: readonly { readonly kind: string; readonly text: string }[]) =>
  findings.map(({ kind, text }) => `${kind}: ${text.split(':')[0]}`);

describe('The comparison of the devices with the ledger', () => {
  const whole = books([eventOf(1), eventOf(2)]);

  test('finds nothing where every scan is booked once', () => {
    expect(checkLedger([someBook()], [], whole)).toEqual([]);
    expect(checkStock([someBook()], [], whole)).toEqual([]);
  });

  test('finds a scan that is not in the ledger', () => {
    expect(kinds(checkLedger([someBook()], [], books([eventOf(1)])))).toEqual([
      'lost: scans that are synced and not in the ledger',
    ]);
  });

  test('finds a scan that is there twice', () => {
    const twice = books([eventOf(1), eventOf(2), eventOf(2, { version: 3, resultingOnHand: 15 })], 15);
    expect(kinds(checkLedger([someBook()], [], twice))).toEqual([
      'doubled: scans that are in the ledger more than once',
    ]);
    expect(kinds(checkStock([someBook()], [], twice))).toEqual([
      'wrong: positions that are not what scan time says',
    ]);
  });

  test('finds what was dropped and booked all the same', () => {
    expect(kinds(checkLedger([someBook(['synced', 'dropped'])], [], whole))).toEqual([
      'doubled: transactions in the ledger that no device has as synced',
    ]);
  });

  test('finds what still waits', () => {
    expect(kinds(checkLedger([someBook(['synced', 'queued'])], [], books([eventOf(1)])))).toEqual([
      'wrong: scans that are still queued or red at the end',
    ]);
  });

  test('finds a scan that the device lost', () => {
    const book = someBook(['synced', 'dropped']);
    book.look({ scan: () => undefined });
    expect(kinds(checkLedger([book], [], books([eventOf(1)])))).toContain(
      'lost: scans that a device showed as stored and does not have any more',
    );
  });

  test('finds another content than the device has', () => {
    const other = books([eventOf(1), eventOf(2, { quantityChange: 6, resultingOnHand: 11 })], 11);
    expect(kinds(checkLedger([someBook()], [], other))).toEqual([
      'wrong: scans that the ledger has with another content than the device',
    ]);
  });

  test('finds that a later scan was booked first', () => {
    expect(kinds(checkLedger([someBook()], [], books([eventOf(2), eventOf(1)])))).toEqual([
      'wrong: scans that were booked before an older one of their device',
    ]);
  });
});

describe('The comparison of stock with scan time', () => {
  test('finds a count that forgot what was scanned after it', () => {
    const book = openScanBook('SCANNER-001');
    const count = scanOf(1, { type: 'count', quantity: 40 });
    book.stored({ transaction: count, state: 'synced', attempts: 1 }, [NOON, NOON]);
    book.stored({ transaction: scanOf(2), state: 'synced', attempts: 1 }, [NOON, NOON]);
    const counted = eventOf(1, {
      version: 2,
      eventType: 'InventoryCount',
      quantityChange: 35,
      resultingOnHand: 40,
    });
    const late = [eventOf(2, { version: 1, resultingOnHand: 5 }), counted];
    expect(checkStock([book], [], books(late, 45))).toEqual([]);
    expect(checkStock([book], [], books(late, 40))).toMatchObject([
      { text: expect.stringContaining(`${POSITION} has 40, its scans come to 45`) },
    ]);
  });

  test('finds versions with a hole', () => {
    expect(kinds(checkStock([someBook()], [], books([eventOf(1), eventOf(2, { version: 3 })])))).toEqual([
      'wrong: positions whose versions have holes or come twice',
    ]);
  });
});

describe('The comparison of scan times with the truth', () => {
  const call: RadioCall = {
    ...{ run: 'run-1', sentAt: NOON + 60_000, endedAt: NOON + 70_000, wasTaken: true },
    transactionIds: [idOf(1), idOf(2)],
  };
  const device = (calls: readonly RadioCall[]) => [
    { book: someBook(), calls, runs: new Map([['run-1', NOON]]) },
  ];
  const late = (ms: number) =>
    books([eventOf(1), eventOf(2, { scannedAt: new Date(NOON + 2_000 + ms).toISOString() })]);

  test('takes what is late by as much as the call took that told of the run', () => {
    expect(checkScanTimes(device([call]), late(9_000), 1)).toEqual({ findings: [], byRun: 2, byWall: 0 });
  });

  test.each([-5_000, 25_000])('finds a scan that counts as made %d ms later than it was', (ms) => {
    expect(checkScanTimes(device([call]), late(ms), 1).findings).toMatchObject([{ kind: 'wrong', count: 1 }]);
  });

  test('takes the wall clock for a run that nobody heard of', () => {
    const later = { ...call, run: 'run-2' };
    expect(checkScanTimes(device([later]), late(0), 1)).toEqual({ findings: [], byRun: 0, byWall: 2 });
    expect(checkScanTimes(device([later]), late(-5_000), 1).findings).toHaveLength(1);
  });
});
