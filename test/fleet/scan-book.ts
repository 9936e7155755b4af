import type { DeviceStore } from '../../apps/scanner/core/device-store.ts';
import type { ScanState, StoredScan } from '../../apps/scanner/core/scan.ts';

/** A scan that a device showed as stored. */
export type BookedScan = {
  /** As the device had it last. */
  transaction: StoredScan['transaction'];
  state: ScanState;
  /** When it was made, in truth: milliseconds since 1970 UTC. The end is when the device said so. */
  readonly madeAt: readonly [number, number];
  /** Was red at some time. */
  wasRefused: boolean;
};

/** What one device showed as stored, kept outside of it. */
export type ScanBook = {
  readonly scannerId: string;
  readonly scans: ReadonlyMap<string, BookedScan>;
  /** The worker saw it stored. */
  stored(scan: StoredScan, madeAt: readonly [number, number]): void;
  /** The device died while it stored a scan: whether it did, shows the next start. */
  inDoubt(transactionId: string, madeAt: readonly [number, number]): void;
  /** A person looked at a scan. */
  seen(scan: StoredScan): void;
  /** Looks at all that the device has: what it showed must be there, unless it was synced, and is kept no longer. */
  look(store: Pick<DeviceStore, 'scan'>): void;
  /** Scans that a device did not have any more though they were not synced. */
  readonly vanished: ReadonlySet<string>;
};

export function openScanBook(scannerId: string): ScanBook {
  const scans = new Map<string, BookedScan>();
  const doubtful = new Map<string, readonly [number, number]>();
  const vanished = new Set<string>();

  function stored({ transaction, state }: StoredScan, madeAt: readonly [number, number]): void {
    // One that was submitted again may be known, and more of it.
    if (!scans.has(transaction.transactionId))
      scans.set(transaction.transactionId, { transaction, state, madeAt, wasRefused: false });
  }

  function seen({ transaction, state }: StoredScan): void {
    const booked = scans.get(transaction.transactionId);
    if (booked === undefined) return;
    Object.assign(booked, { transaction, state });
    if (state === 'refused' || state === 'dropped') booked.wasRefused = true;
  }

  return {
    ...{ scannerId, scans, stored, seen, vanished },
    inDoubt: (transactionId, madeAt) => void doubtful.set(transactionId, madeAt),
    look(store) {
      for (const [id, madeAt] of doubtful) {
        const scan = store.scan(id);
        if (scan) stored(scan, madeAt);
      }
      doubtful.clear();
      for (const [id, booked] of scans) {
        const scan = store.scan(id);
        if (scan) seen(scan);
        // A device forgets synced scans after a month, which a clock that is set ahead makes short.
        else if (booked.state === 'synced' || booked.state === 'queued') booked.state = 'synced';
        else vanished.add(id);
      }
    },
  };
}
