import type { ScannerDevice } from '../core/scanner-device.ts';
import { type Ownership, own } from './ownership.ts';

/** What a page knows of the device behind it. */
export type DeviceState =
  | { readonly kind: 'opening' }
  /** The worker that had the device is not at its end yet: it still holds the files. */
  | { readonly kind: 'waiting-for-files' }
  /** `device` is good until the next state. */
  | { readonly kind: 'running'; readonly device: ScannerDevice }
  /** Another tab has the device; it comes here by itself when that tab is closed. `wasHere`: that tab took it over. */
  | { readonly kind: 'elsewhere'; readonly wasHere: boolean }
  | { readonly kind: 'failed'; readonly reason: OpenFailure; readonly detail: string };

export type OpenFailure =
  /** No HTTPS, a private window, or a browser that is too old. */
  | 'unsupported'
  | 'storage-full'
  /** What is stored cannot be read as a database. */
  | 'damaged'
  | 'unexpected';

/** Why the device could not be opened, where the page can say something better than "unexpected". */
export class OpenError extends Error {
  override readonly name = 'OpenError';
  readonly reason: OpenFailure;

  constructor(reason: OpenFailure, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.reason = reason;
  }
}

export type OpenDevice = {
  readonly device: ScannerDevice;
  /** Ends what is under way and lets go of the files. Nothing is written afterwards. */
  close(): Promise<void>;
};

export type OpenHow = {
  /** Aborted when the device is taken over. */
  readonly signal: AbortSignal;
  /** Called when the files are still held by a worker that owned the device before. */
  readonly onFilesHeld: () => void;
};

/** `take-over`: from whoever has it. `line-up-again`: after it was taken over from this page, which knows that. */
export type Begin = 'line-up' | 'line-up-again' | 'take-over';

/** The lock of the origin: who holds it owns the device. */
const LOCK = 'stockbridge-scanner-device';

/** Milliseconds after which a page is told that it waits for another: a page that is reloaded waits for itself, shortly. */
const PATIENCE = 500;

/**
 * Owns the device for a page, once, until it is taken over: opens it when it is this worker's turn.
 * @param open opens the device when this worker owns it; throws {@link OpenError}
 * @param show is told each state
 */
export function hostDevice(
  locks: Pick<LockManager, 'request'> | undefined,
  begin: Begin,
  open: (how: OpenHow) => Promise<OpenDevice>,
  show: (state: DeviceState) => void,
): void {
  if (locks === undefined) {
    show(failure(new OpenError('unsupported', 'This page does not come by HTTPS')));
    return;
  }
  const patience = setTimeout(() => {
    if (begin === 'line-up') show({ kind: 'elsewhere', wasHere: false });
  }, PATIENCE);
  own(locks, LOCK, begin === 'take-over' ? { steal: true } : {})
    .finally(() => clearTimeout(patience))
    .then((ownership) => run(ownership, open, show))
    .catch((error: unknown) => show(failure(error)));
}

async function run(
  ownership: Ownership,
  open: (how: OpenHow) => Promise<OpenDevice>,
  show: (state: DeviceState) => void,
): Promise<void> {
  const taken = new AbortController();
  const untilTaken = ownership.lost.then(() => taken.abort());
  show({ kind: 'opening' });
  try {
    const onFilesHeld = () => show({ kind: 'waiting-for-files' });
    const opened = await open({ signal: taken.signal, onFilesHeld });
    if (!taken.signal.aborted) show({ kind: 'running', device: opened.device });
    await untilTaken;
    await opened.close();
  } catch (error) {
    if (!taken.signal.aborted) {
      ownership.release();
      throw error;
    }
  }
  show({ kind: 'elsewhere', wasHere: true });
}

function failure(error: unknown): DeviceState {
  return {
    kind: 'failed',
    reason: error instanceof OpenError ? error.reason : 'unexpected',
    detail: error instanceof Error ? error.message : String(error),
  };
}
