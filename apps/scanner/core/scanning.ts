import { MAX_PIECES } from '../../../shared/contracts/identifiers.ts';
import { problemType } from '../../../shared/contracts/problem-type.ts';
import { type Transaction, transactionSchema } from '../../../shared/contracts/transaction.ts';
import { checkScan, type ScanFacts } from './check-scan.ts';
import type { DeviceClock } from './device-clock.ts';
import { type DeviceStore, StorageFullError } from './device-store.ts';
import { makingRoom } from './making-room.ts';
import type { RefusalDecision, ScanInput, StoredScan } from './scan.ts';
import type {
  CodeMeaning,
  DecisionAnswer,
  ScanCheck,
  ScanError,
  SignedIn,
  SubmitAnswer,
} from './scanner-device.ts';
import type { TrustedTime } from './trusted-time.ts';
import { onHandAfter } from './waiting-stock.ts';

const REUSED_ID = problemType('transaction-id-reused');

/** Labels whose day of expiry is kept in mind. */
const MOST_LABELS = 1_000;
/** Lots of an item at one place. */
const MOST_LOTS = 1_000;

export type ScanningParts = {
  readonly store: DeviceStore;
  readonly clock: DeviceClock;
  readonly time: Pick<TrustedTime, 'now'>;
  /** A UUID that there was never before, in lower case. */
  readonly newId: () => string;
  /** A scan waits now that is to be uploaded. */
  readonly onQueued: (transactionId: string, isDecision: boolean) => void;
};

/** Checks, stores and corrects scans. */
export type Scanning = {
  check(scan: ScanInput): ScanCheck;
  submit(transactionId: string, scan: ScanInput, sure: boolean): SubmitAnswer;
  decide(transactionId: string, decision: RefusalDecision): DecisionAnswer;
  /** Keeps in mind what a label said of a lot, for the scans of it that follow. */
  learn(meaning: CodeMeaning): void;
};

export function startScanning({ store, clock, time, newId, onQueued }: ScanningParts): Scanning {
  /** By item and lot: `YYYY-MM-DD`. */
  const expiries = new Map<string, string>();

  function factsOf(scan: ScanInput): ScanFacts {
    return {
      item: store.item(scan.itemId),
      places: store.placesOf(scan.locationId),
      destinations: scan.toLocationId ? store.placesOf(scan.toLocationId) : [],
      user: store.session(),
      warehouseIds: store.enrolment()?.warehouseIds ?? [],
      maxPieces: store.masterData().limits?.maxPieces ?? MAX_PIECES,
      onHand: takesAway(scan) ? knownOnHand(scan) : undefined,
      expiresOn: expiries.get(labelKey(scan.itemId, scan.lotNumber)),
      now: time.now(),
    };
  }

  /** Pieces at the position once the queue is booked. */
  function knownOnHand({ itemId, warehouseId, locationId, lotNumber }: ScanInput): number | undefined {
    if (store.stockAsOf(warehouseId) === undefined) return undefined;
    const key = { itemId, warehouseId, locationId, lotNumber: lotNumber || null };
    const query = { warehouseIds: [warehouseId], itemId, locationId, limit: MOST_LOTS };
    const told = store.positions(query).find((position) => position.lotNumber === key.lotNumber);
    const queue = store.queuedOfItem(itemId).map(({ transaction }) => transaction);
    return onHandAfter({ ...key, onHand: told?.onHand ?? 0 }, queue);
  }

  const check = (scan: ScanInput) => checkScan(scan, factsOf(scan));

  function submit(transactionId: string, scan: ScanInput, sure: boolean): SubmitAnswer {
    const before = store.scan(transactionId);
    if (before) return { kind: 'stored', scan: before };
    const checked = check(scan);
    if (checked.errors.length > 0 || (checked.doubts.length > 0 && !sure))
      return { kind: 'not-stored', ...checked };
    return whereThereIsRoom(store, () => {
      const stored = store.append(transactionOf(transactionId, scan));
      onQueued(stored.transaction.transactionId, false);
      return { kind: 'stored', scan: stored };
    });
  }

  /** A scan of this moment, by whoever is signed in. @throws Error where nobody is, which the check has said */
  function transactionOf(transactionId: string, scan: ScanInput): Transaction {
    const { wall, run, milliseconds } = clock.read();
    return transactionSchema.parse({
      ...scan,
      transactionId,
      scannedAt: new Date(wall).toISOString(),
      scanClock: { run, milliseconds },
      scannerId: store.enrolment()?.scannerId,
      userId: store.session()?.userId,
    });
  }

  function decide(transactionId: string, decision: RefusalDecision): DecisionAnswer {
    const scan = store.scan(transactionId);
    const user = store.session();
    if (scan?.state !== 'refused') return { kind: 'not-refused' };
    if (user === undefined) return notDecided({ field: 'user', code: 'signed-out' });
    return whereThereIsRoom(store, () => {
      switch (decision.kind) {
        case 'drop':
          return drop(scan, user, decision.reason.trim());
        case 'send-again':
          return again(asTold(scan));
        case 'correct':
          return correct(scan, user, decision.changes);
      }
    });
  }

  function drop({ transaction }: StoredScan, user: SignedIn, reason: string): DecisionAnswer {
    if (reason === '' && user.role === 'worker') return notDecided({ field: 'reason', code: 'required' });
    return decided(store.drop(transaction.transactionId, { userId: user.userId, at: now(), reason }));
  }

  function correct(scan: StoredScan, user: SignedIn, changes: Partial<ScanInput>): DecisionAnswer {
    const corrected = withChanges(asTold(scan), changes);
    const checked = check(corrected);
    if (checked.errors.length > 0) return { kind: 'not-decided', ...checked };
    const problem = scan.refusal?.problem;
    const names = (field: string) => problem?.errors?.some(({ pointer }) => pointer === field) === true;
    const transaction = transactionSchema.parse({
      ...corrected,
      ...(names('/userId') && { userId: user.userId }),
      ...(names('/scannerId') && { scannerId: store.enrolment()?.scannerId }),
    });
    // Another scan was booked under this id: a repeat under it would be refused for ever.
    if (problem?.type === REUSED_ID) return replace(scan, user, { ...transaction, transactionId: newId() });
    return again(transaction);
  }

  function replace({ transaction }: StoredScan, user: SignedIn, by: Transaction): DecisionAnswer {
    const dropped = { userId: user.userId, at: now(), reason: '' };
    const gone = store.drop(transaction.transactionId, dropped, by);
    if (gone) onQueued(by.transactionId, true);
    return decided(gone && store.scan(by.transactionId));
  }

  function again(transaction: Transaction): DecisionAnswer {
    if (!store.requeue(transaction)) return { kind: 'not-refused' };
    onQueued(transaction.transactionId, true);
    return decided(store.scan(transaction.transactionId));
  }

  const now = () => new Date(clock.read().wall).toISOString();

  function learn({ items, lotNumber, expiresOn }: CodeMeaning): void {
    for (const { itemId } of items) {
      const key = labelKey(itemId, lotNumber ?? null);
      expiries.delete(key);
      if (expiresOn !== undefined) expiries.set(key, expiresOn);
    }
    for (const oldest of expiries.keys()) {
      if (expiries.size <= MOST_LABELS) break;
      expiries.delete(oldest);
    }
  }

  return { check, submit, decide, learn };
}

function takesAway({ type, quantity }: ScanInput): boolean {
  return type === 'pick' || type === 'transfer' || (type === 'adjustment' && quantity < 0);
}

/** The scan with what the server told about it: the version that the position has now, the count that is under way. */
function asTold({ transaction, refusal }: StoredScan): Transaction {
  const { expectedVersion, ...rest } = transaction;
  const version = refusal?.outcome === 'conflict' ? refusal.position?.version : expectedVersion;
  const lockId = refusal?.outcome === 'warning' ? refusal.problem.locks?.[0]?.lockId : undefined;
  return {
    ...rest,
    ...(version !== undefined && { expectedVersion: version }),
    ...(lockId !== undefined && { acknowledgeLock: lockId }),
  };
}

/** Of another position no version was seen. */
function withChanges(transaction: Transaction, changes: Partial<ScanInput>): Transaction {
  const corrected = { ...transaction, ...changes };
  const isElsewhere = (['itemId', 'warehouseId', 'locationId', 'lotNumber'] as const).some(
    (field) => corrected[field] !== transaction[field],
  );
  if (!isElsewhere || changes.expectedVersion !== undefined) return corrected;
  const { expectedVersion: _, ...rest } = corrected;
  return rest;
}

function decided(scan: StoredScan | undefined): DecisionAnswer {
  return scan === undefined ? { kind: 'not-refused' } : { kind: 'decided', scan };
}

function notDecided(error: ScanError): DecisionAnswer {
  return { kind: 'not-decided', errors: [error], doubts: [] };
}

function labelKey(itemId: string, lotNumber: string | null): string {
  return `${itemId}|${lotNumber ?? ''}`;
}

function whereThereIsRoom<Result>(
  store: DeviceStore,
  work: () => Result,
): Result | { readonly kind: 'storage-full'; readonly detail: string } {
  try {
    return makingRoom(store, work);
  } catch (error) {
    if (error instanceof StorageFullError) return { kind: 'storage-full', detail: error.message };
    throw error;
  }
}
