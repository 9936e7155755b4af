/** More lines are not pasted on purpose. */
export const MOST_PASTED = 10_000;

export type ScanResult = 'taken' | 'refused';

/** How far a paste of several lines has come; `done` counts those of `all` that were read. */
export type PasteProgress = {
  readonly done: number;
  readonly all: number;
  readonly taken: number;
};

export type ScanQueue = {
  /** A single scan; whatever was scanned before is handled before. */
  scan(code: string): void;
  /** Many at once. */
  paste(codes: readonly string[]): void;
  /** Forgets what was pasted and not read yet. */
  stop(): void;
};

export type ScanQueueParts = {
  /** `isOneOfMany`: nobody waits for this single one. Never rejected. */
  readonly handle: (code: string, isOneOfMany: boolean) => Promise<ScanResult>;
  /** Told while something pasted is read, and undefined at its end. */
  readonly onProgress: (progress: PasteProgress | undefined) => void;
  readonly onPasted: (end: PasteProgress) => void;
  /** Fulfilled when the page has drawn and heard what waited: a long paste stops nobody. */
  readonly breathe: () => Promise<void>;
};

/** Between two breaths. */
const AT_ONCE = 20;

/** Handles scans one after another, in the order in which they came. */
export function createScanQueue({ handle, onProgress, onPasted, breathe }: ScanQueueParts): ScanQueue {
  let last = Promise.resolve();
  let stops = 0;

  function after(work: () => Promise<void>): void {
    last = last.then(work);
  }

  async function readPasted(codes: readonly string[], stopsBefore: number): Promise<void> {
    let taken = 0;
    let done = 0;
    for (const code of codes) {
      if (stops !== stopsBefore) break;
      if (done % AT_ONCE === 0) {
        onProgress({ done, all: codes.length, taken });
        await breathe();
      }
      if ((await handle(code, true)) === 'taken') taken += 1;
      done += 1;
    }
    onProgress(undefined);
    onPasted({ done, all: codes.length, taken });
  }

  return {
    scan: (code) => after(async () => void (await handle(code, false))),
    paste(codes) {
      const stopsBefore = stops;
      after(() => readPasted(codes, stopsBefore));
    },
    stop: () => {
      stops += 1;
    },
  };
}
