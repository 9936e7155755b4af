import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DeviceClock } from '../../../shared/contracts/device-clock.ts';
import { type Transaction, transactionSchema } from '../../../shared/contracts/transaction.ts';
import { runBeginning, scanTimeOf } from '../../../shared/domain/scan-time.ts';
import { type Database, positionKeyText } from '../database.ts';
import { deviceRunText } from '../devices/device-registry.ts';
import { openSqliteDatabase } from '../sqlite/database.ts';
import { createGroupCommit } from './group-commit.ts';
import { movementsOf } from './movements.ts';

/** Each run of the model draws 4 to 6 devices, so this many runs upload at least 10,000 queues. */
const RUNS = 2_500;

const WAREHOUSE = 'WH-001';
const LOCATIONS = ['A-01', 'A-02'];
const MORNING = Date.parse('2024-11-18T06:00:00.000Z');
/** Every scan happens within the shift, every upload after it. */
const SHIFT_MS = 8 * 3_600_000;
const TRACE = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };

/** A scan as it happened: `at` is milliseconds into the shift. */
interface Scanned {
  readonly at: number;
  readonly type: Transaction['type'];
  readonly quantity: number;
  readonly from: number;
}

/** What a device scanned while it was offline, and its clocks. */
interface Queue {
  readonly scans: readonly Scanned[];
  /** By how much its wall clock is off, before and after somebody set it in the middle of the shift. */
  readonly wallClockOff: readonly [number, number];
  /** When, before the shift, it was started: what its monotonic clock counts from. */
  readonly startedBefore: number;
}

const scannedArbitrary: fc.Arbitrary<Scanned> = fc.record({
  // Few moments, so that many scans are of one and the order's other parts decide.
  at: fc.integer({ min: 0, max: 24 }).map((part) => (part * SHIFT_MS) / 24),
  type: fc.constantFrom('receipt', 'pick', 'adjustment', 'count', 'transfer'),
  quantity: fc.integer({ min: 1, max: 9 }),
  from: fc.integer({ min: 0, max: 1 }),
});

const dayMs = 86_400_000;
const queueArbitrary: fc.Arbitrary<Queue> = fc.record({
  scans: fc
    .array(scannedArbitrary, { minLength: 1, maxLength: 5 })
    .map((scans) => scans.toSorted((a, b) => a.at - b.at)),
  wallClockOff: fc.tuple(
    fc.integer({ min: -20_000 * dayMs, max: 400 * dayMs }),
    fc.integer({ min: -dayMs, max: dayMs }),
  ),
  startedBefore: fc.integer({ min: 0, max: dayMs }),
});

/** One upload: so many scans of the device's queue, from there; what went before may come again, or later. */
interface Upload {
  readonly device: number;
  readonly start: number;
  readonly size: number;
  /** How long the call was on its way, in milliseconds. */
  readonly delay: number;
}

const uploadsArbitrary: fc.Arbitrary<Upload[]> = fc.array(
  fc.record({
    device: fc.integer({ min: 0, max: 5 }),
    start: fc.integer({ min: 0, max: 4 }),
    size: fc.integer({ min: 1, max: 5 }),
    delay: fc.integer({ min: 0, max: 20_000 }),
  }),
  { maxLength: 12 },
);

test(`any devices’ offline queues, uploaded in any interleaving and repeated at will, end in the stock, ledger and shortfalls that scan time says (${RUNS} runs)`, async () => {
  const database = openSqliteDatabase(':memory:');
  try {
    await database.addWarehouses([WAREHOUSE]);
    await database.putLocations(LOCATIONS.map((locationId) => ({ warehouseId: WAREHOUSE, locationId })));
    let run = 0;
    const queues = fc.array(queueArbitrary, { minLength: 4, maxLength: 6 });
    const property = fc.asyncProperty(queues, uploadsArbitrary, async (devices, uploads) => {
      run += 1;
      const itemId = `ITEM-${run}`;
      await database.putItems([{ itemId }]);
      const transactions = devices.map((queue, device) => transactionsOf(queue, device, run, itemId));
      // At the end every queue is uploaded once more as a whole, so that nothing is left out.
      const rest = transactions.map((queue, device) => ({ device, start: 0, size: queue.length, delay: 0 }));
      const calls = [...uploads, ...rest];
      await uploadAll(database, devices, transactions, calls);
      const late = devices.map((queue, device) => firstDelay(calls, device, queue.scans.length));
      expect(await stateOf(database, itemId)).toEqual(expectedState(devices, transactions, late));
    });
    await fc.assert(property, { numRuns: RUNS });
  } finally {
    await database.close();
  }
}, 120_000);

/** As the device posts them: by its wall clock, whatever that says, and by its monotonic one. */
function transactionsOf(
  { scans, wallClockOff, startedBefore }: Queue,
  device: number,
  run: number,
  itemId: string,
): Transaction[] {
  return scans.map(({ at, type, quantity, from }, index) => {
    // Beyond one digit, and against the order of the UUIDs.
    const sequence = index * 4;
    const off = at < SHIFT_MS / 2 ? wallClockOff[0] : wallClockOff[1];
    const id = [run, device, 9_999 - index].map((number) => String(number).padStart(4, '0')).join('');
    return transactionSchema.parse({
      transactionId: `00000000-0000-4000-8000-${id}`,
      type,
      itemId,
      warehouseId: WAREHOUSE,
      locationId: LOCATIONS[from],
      toLocationId: LOCATIONS[1 - from],
      quantity: type === 'adjustment' ? -quantity : quantity,
      scannedAt: new Date(MORNING + at + off).toISOString(),
      scanClock: { run: runOf(run, device), milliseconds: startedBefore + at },
      sequence,
      queued: true,
      scannerId: scannerOf(device),
      userId: 'user',
    });
  });
}

async function uploadAll(
  database: Database,
  devices: readonly Queue[],
  transactions: readonly (readonly Transaction[])[],
  uploads: readonly Upload[],
): Promise<void> {
  let clock = MORNING + SHIFT_MS;
  for (const { device, start, size, delay } of uploads) {
    const part = transactions[device]?.slice(start, start + size) ?? [];
    const queue = devices[device];
    const [first] = part;
    if (queue === undefined || first?.scanClock === undefined) continue;
    clock += 1_000 + delay;
    const receivedAt = new Date(clock);
    const { run } = first.scanClock;
    const sent = clock - delay;
    const call: DeviceClock = { time: undefined, run, milliseconds: queue.startedBefore + sent - MORNING };
    const { scannerId } = first;
    const proposed = runBeginning(call, receivedAt);
    const began = await database.runBeginnings([{ scannerId, run, proposed }]);
    const groupCommit = createGroupCommit({ database, now: () => receivedAt });
    const results = await groupCommit.book(
      part.map((transaction) => ({
        transaction,
        scanTime: scanTimeOf(transaction, call, receivedAt, began.get(deviceRunText({ scannerId, run }))),
        trace: TRACE,
      })),
    );
    for (const { outcome } of results) expect(['applied', 'exception', 'duplicate']).toContain(outcome);
  }
}

/** What the database ended up with: figures by position, and the ledger by transaction. */
async function stateOf(database: Database, itemId: string) {
  const { rows } = await database.positions({ itemId, limit: 10 });
  const shortfalls = (await database.shortfalls({ itemId, limit: 10 })).rows;
  const short = new Map(shortfalls.map(({ key, shortfall }) => [positionKeyText(key), shortfall]));
  const figures = new Map<string, string>();
  const ledger = new Map<string, string>();
  for (const position of rows) {
    const text = positionKeyText(position);
    const history = await database.history(position, { limit: 100 });
    const entries = history?.entries ?? [];
    const made = entries.filter(({ counts }) => counts).reduce((sum, { quantity }) => sum + quantity, 0);
    figures.set(
      text,
      `${position.onHand} short ${short.get(text) ?? 0} v${position.version} made of ${made}`,
    );
    for (const { transaction, scannedAt, quantity, counts } of entries) {
      ledger.set(`${transaction.transactionId}|${text}`, `${scannedAt} ${quantity} ${counts}`);
    }
  }
  return { figures, ledger };
}

/** A run is late, as a whole, by as much as its first call was on its way. */
function firstDelay(calls: readonly Upload[], device: number, scans: number): number {
  return calls.find((call) => call.device === device && call.start < scans)?.delay ?? 0;
}

/** The rule said once more, as plainly as can be: the latest count by scan time, and every delta scanned after it. */
function expectedState(
  devices: readonly Queue[],
  transactions: readonly (readonly Transaction[])[],
  late: readonly number[],
) {
  const happened = transactions
    .flatMap((queue, device) =>
      queue.map((transaction, sequence) => {
        const at = MORNING + (devices[device]?.scans[sequence]?.at ?? Number.NaN) + (late[device] ?? 0);
        return { transaction, at, device, sequence };
      }),
    )
    .sort((a, b) => a.at - b.at || a.device - b.device || a.sequence - b.sequence)
    .flatMap(({ transaction, at }) =>
      movementsOf(transaction).map((movement) => ({ ...movement, transaction, at })),
    );
  const byPosition = Map.groupBy(happened, ({ position }) => positionKeyText(position));
  const figures = new Map<string, string>();
  const ledger = new Map<string, string>();
  for (const [text, movements] of byPosition) {
    const lastCount = movements.findLastIndex(({ kind }) => kind === 'count');
    const raw = movements.slice(Math.max(lastCount, 0)).reduce((sum, { quantity }) => sum + quantity, 0);
    const [onHand, short] = [Math.max(raw, 0), Math.max(-raw, 0)];
    figures.set(text, `${onHand} short ${short} v${movements.length} made of ${raw}`);
    for (const [index, { transaction, at, quantity }] of movements.entries()) {
      const scannedAt = new Date(at).toISOString();
      ledger.set(`${transaction.transactionId}|${text}`, `${scannedAt} ${quantity} ${index >= lastCount}`);
    }
  }
  return { figures, ledger };
}

function scannerOf(device: number): string {
  return `SCANNER-0${device}`;
}

function runOf(run: number, device: number): string {
  return `RUN-${run}-${device}`;
}
