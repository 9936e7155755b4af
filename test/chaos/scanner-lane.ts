import { setTimeout as sleep } from 'node:timers/promises';
import type { TransactionResult } from '../../local/replay/adapter-client.ts';
import type { WarehouseTransaction } from '../../local/replay/transactions.ts';
import type { Chance } from '../simulation/chance.ts';
import type { ScanBook } from './scan-book.ts';

/** Scarce goods, which orders and scanners reach for at the same time: every warehouse has a little of each. */
export const SCARCE_ITEMS = Array.from({ length: 8 }, (_unused, index) => `SCARCE-${index + 1}`);
const LOCATIONS = ['A-01-01', 'A-01-02', 'B-02-03'];

export type ScannerLane = {
  /** Scans that wait to be uploaded. */
  waiting: () => number;
  /** Makes no more scans, and returns when all are answered or `signal` has ended it. */
  finish: () => Promise<void>;
};

export type ScannerLaneOptions = {
  /** The adapter's base address. */
  url: string;
  warehouseId: string;
  scannerId: string;
  perSecond: number;
  chance: Chance;
  book: ScanBook;
  /** Ends it at once, whatever waits. */
  signal: AbortSignal;
};

type Scan = Omit<WarehouseTransaction, 'type'> & {
  type: WarehouseTransaction['type'] | 'count';
  scanClock: { run: string; milliseconds: number };
  queued?: boolean;
};

const PER_CALL = 100;
const CALL_TIMEOUT = 30_000;
const WAIT_AFTER_FAILURE = 500;
const LOOK_EVERY = 20;

/**
 * A scanner as the handhelds are: it scans whether or not the adapter answers, keeps what is not answered, and uploads it in its order
 * under the same ids until it is. Each call tells its clocks.
 */
export function openScannerLane(options: ScannerLaneOptions): ScannerLane {
  const { perSecond, chance, book, signal } = options;
  const run = chance.uuid();
  const queue: Scan[] = [];
  let ending = false;
  let sequence = 0;

  function scan(): Scan {
    const type = chance.oneOf(['receipt', 'receipt', 'pick', 'adjustment', 'count', 'transfer'] as const);
    const [locationId = '', toLocationId = ''] = twoOf(chance, LOCATIONS);
    sequence += 1;
    return {
      transactionId: chance.uuid(),
      type,
      itemId: chance.oneOf(SCARCE_ITEMS),
      warehouseId: options.warehouseId,
      locationId,
      ...(type === 'transfer' && { toLocationId }),
      quantity: quantityOf(type, chance),
      scannedAt: new Date().toISOString(),
      scanClock: { run, milliseconds: performance.now() },
      sequence,
      scannerId: options.scannerId,
      userId: `worker of ${options.scannerId}`.replaceAll(' ', '_'),
    };
  }

  async function work(): Promise<void> {
    const begun = performance.now();
    for (let made = 0; !ending && !signal.aborted; made += 1) {
      queue.push(scan());
      await sleep(Math.max(0, begun + ((made + 1) * 1_000) / perSecond - performance.now()));
    }
  }

  async function upload(): Promise<void> {
    let failures = 0;
    while (!signal.aborted && (!ending || queue.length > 0)) {
      const call = queue.slice(0, PER_CALL).map((one) => (failures === 0 ? one : { ...one, queued: true }));
      if (call.length === 0) {
        await sleep(LOOK_EVERY);
        continue;
      }
      book.noteSent(call);
      const results = await post(options.url, run, call);
      if (results === undefined) {
        failures += 1;
        await sleep(WAIT_AFTER_FAILURE);
        continue;
      }
      failures = 0;
      book.noteAnswers(results);
      queue.splice(0, call.length);
    }
  }

  const working = work();
  const uploading = upload();
  // Whoever waits for the end hears of a refusal.
  uploading.catch(() => undefined);
  return {
    waiting: () => queue.length,
    finish: async () => {
      ending = true;
      await Promise.all([working, uploading]);
    },
  };
}

/** Undefined: not answered, or not now. @throws when the call is refused for good */
async function post(
  url: string,
  run: string,
  scans: readonly Scan[],
): Promise<TransactionResult[] | undefined> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${url}/api/v1/transactions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-device-time': new Date().toISOString(),
        'x-device-run': run,
        'x-device-monotonic': performance.now().toFixed(3),
      },
      body: JSON.stringify(scans),
      signal: AbortSignal.timeout(CALL_TIMEOUT),
    });
    text = await response.text();
  } catch {
    return undefined;
  }
  if (response.ok) return (JSON.parse(text) as { results: TransactionResult[] }).results;
  if (response.status === 429 || response.status >= 500) return undefined;
  throw new Error(`The adapter refused scans: HTTP ${response.status} ${text.slice(0, 300)}`);
}

/** Receipts and picks balance about; a count finds a little less or more. Pieces. */
function quantityOf(type: Scan['type'], chance: Chance): number {
  if (type === 'adjustment') return chance.oneOf([-2, -1, 1]);
  if (type === 'count') return chance.between(0, 12);
  if (type === 'receipt') return chance.between(1, 4);
  return chance.between(1, 2);
}

function twoOf(chance: Chance, locations: readonly string[]): string[] {
  const first = chance.below(locations.length);
  const second = (first + 1 + chance.below(locations.length - 1)) % locations.length;
  return [locations[first] ?? '', locations[second] ?? ''];
}
