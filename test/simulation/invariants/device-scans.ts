import type { DeviceStore } from '../../../apps/scanner/core/device-store.ts';
import type { StoredScan } from '../../../apps/scanner/core/scan.ts';
import type { Transaction } from '../../../shared/contracts/transaction.ts';
import { Violation } from './violation.ts';

/** What was told to people of their scans, device by device, and in what order they left it. */
export type WatchedDeviceScans = {
  /** The device said that it has it. */
  stored(scan: StoredScan): void;
  /** A call leaves the device. @throws {Violation} */
  sent(transactions: readonly Transaction[]): void;
  /**
   * @param ledger scans that the WMS has booked
   * @returns scans that count as booked on their device
   * @throws {Violation}
   */
  checkAtRest(stores: ReadonlyMap<string, DeviceStore>, ledger: ReadonlySet<string>): ReadonlySet<string>;
};

/**
 * A scan that a device has stored ends in the ledger, or was refused and dropped by a person; whatever happens to the device, it is
 * there until then. (That it is there once, the books say.)
 */
export function watchDeviceScans(): WatchedDeviceScans {
  /** Scanner ids by scan. */
  const stored = new Map<string, string>();
  /** The highest number that has left a device, and what has. */
  const highest = new Map<string, number>();
  const sent = new Set<string>();

  function checkOrder(transactions: readonly Transaction[]): void {
    let before = 0;
    for (const { transactionId, scannerId, sequence = 0 } of transactions) {
      const isFirstTime = !sent.has(transactionId);
      if (sequence <= before || (isFirstTime && sequence <= (highest.get(scannerId) ?? 0)))
        throw new Violation(
          'Scans leave their device in the order in which they were made',
          `${scannerId} sends ${sequence} after ${Math.max(before, highest.get(scannerId) ?? 0)}`,
          [transactionId, scannerId],
        );
      before = sequence;
      if (isFirstTime) highest.set(scannerId, sequence);
      sent.add(transactionId);
    }
  }

  /** Whether it counts as booked. */
  function isBooked(id: string, scan: StoredScan | undefined, ledger: ReadonlySet<string>): boolean {
    if (scan?.state === 'synced') return true;
    if (scan?.state === 'dropped') {
      if (!ledger.has(id)) return false;
      throw new Violation('What a person dropped is not booked', `${id} is`, [id]);
    }
    throw new Violation(
      'A scan that was stored is booked, or dropped by a person',
      `${id} of ${stored.get(id)} is ${scan?.state ?? 'forgotten'}`,
      [id],
    );
  }

  return {
    stored: ({ transaction }) => stored.set(transaction.transactionId, transaction.scannerId),
    sent: checkOrder,
    checkAtRest(stores, ledger) {
      const booked = new Set<string>();
      for (const [id, scannerId] of stored)
        if (isBooked(id, stores.get(scannerId)?.scan(id), ledger)) booked.add(id);
      return booked;
    },
  };
}
