import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'hdr-histogram-js';
import { httpWmsLedger } from '../../apps/command-line/rebuild/wms-ledger.ts';
import { type BenchStack, withStack } from './bench-stack.ts';
import { below, type Figure, figuresOf, none } from './figures.ts';
import { heapInUse } from './heap-in-use.ts';
import { type OfflineDevice, openOfflineDevice } from './offline-device.ts';
import { registerScanner } from './scanner-at-work.ts';
import { workItem, workTransaction } from './warehouse-work.ts';

type Say = (line: string) => void;

const SCANS = 5_000;
const SHELVES = 1_000;
const SHIFT_MS = 8 * 3_600_000;
const LOOK_EVERY = 10;
/** Seconds in which the queue is to be empty, and megabytes of heap that it may take: a page of it, and what the compiler keeps. */
const WANTED_SECONDS = 15;
const FLAT_MB = 5;

/** A shift without Wi-Fi: storing 5,000 scans on one device, and, when it is back, bringing them to the adapter. */
export async function measureScannerDrain(say: Say): Promise<Figure[]> {
  return withStack(['service-bus', 'wms-adapter'], async (stack) => {
    const offline = await openAtWork(stack);
    try {
      return await measure(stack, offline, say);
    } finally {
      offline.close();
    }
  });
}

async function measure(stack: BenchStack, offline: OfflineDevice, say: Say): Promise<Figure[]> {
  const before = heapInUse();
  say(`scanner-drain: scanning ${SCANS} times without Wi-Fi`);
  const storing = await scanShift(offline);
  const queued = heapInUse();
  say('scanner-drain: the Wi-Fi is back');
  const { seconds, peak } = await drain(offline);
  const after = heapInUse();
  const { lost, doubled, outOfOrder } = await compare(stack, offline);
  const figure = figuresOf('scanner-drain');
  const megabytes = (bytes: number) => Math.max(0, bytes - before) / 1e6;
  return [
    figure('scan stored in Node, p50', 'ms', storing.getValueAtPercentile(50) / 1_000),
    figure('scan stored in Node, p99', 'ms', storing.getValueAtPercentile(99) / 1_000),
    figure('all synced after', 's', seconds, below(WANTED_SECONDS, 's', seconds)),
    figure('scans a second', '/s', SCANS / seconds),
    figure('lost', `of ${SCANS}`, lost, none(lost)),
    figure('booked twice', `of ${SCANS}`, doubled, none(doubled)),
    figure('booked before an older one', `of ${SCANS}`, outOfOrder, none(outOfOrder)),
    figure('heap more, all queued', 'MB', megabytes(queued), below(FLAT_MB, 'MB', megabytes(queued))),
    figure('heap more, all synced', 'MB', megabytes(after), below(FLAT_MB, 'MB', megabytes(after))),
    figure('heap more at most meanwhile, garbage included', 'MB', megabytes(peak)),
  ];
}

/** Enrolled and signed in, with all it needs to know, and nothing to do. */
async function openAtWork({ urls, dataFolder }: BenchStack): Promise<OfflineDevice> {
  const items = Array.from({ length: SHELVES }, (_, shelf) => workItem(shelf));
  const { card, badge, pin } = await registerScanner(urls.adapter, items);
  const offline = openOfflineDevice(join(dataFolder, 'device.db'), urls.adapter, SHIFT_MS);
  const enrolled = await offline.device.enrol(card);
  const signedIn = await offline.device.signIn(badge, pin);
  if (enrolled.kind !== 'enrolled' || signedIn.kind !== 'signed-in')
    throw new Error(`the device cannot work: ${JSON.stringify({ enrolled, signedIn })}`);
  await offline.device.syncNow();
  return offline;
}

/** How long each scan took to be stored, in microseconds; by the device's clock they are spread over the shift. */
async function scanShift({ device, setTime, setOffline }: OfflineDevice) {
  const storing = build();
  const end = Date.now();
  setOffline(true);
  for (let scan = 0; scan < SCANS; scan += 1) {
    setTime(end - SHIFT_MS + (scan * SHIFT_MS) / SCANS);
    const { type, itemId, warehouseId, locationId, toLocationId, quantity } = workTransaction(
      scan,
      SHELVES,
      '',
    );
    const destination = toLocationId === undefined ? {} : { toLocationId };
    const reason = type === 'adjustment' ? { reason: 'damaged' } : {};
    const begun = performance.now();
    const answer = await device.submit(
      crypto.randomUUID(),
      { type, itemId, warehouseId, locationId, lotNumber: null, quantity, ...destination, ...reason },
      true,
    );
    storing.recordValue((performance.now() - begun) * 1_000);
    if (answer.kind !== 'stored') throw new Error(`scan ${scan} was not stored: ${JSON.stringify(answer)}`);
  }
  setTime(undefined);
  return storing;
}

async function drain({ store, setOffline }: OfflineDevice): Promise<{ seconds: number; peak: number }> {
  const begun = performance.now();
  let peak = 0;
  setOffline(false);
  while (store.queued(1).length > 0) {
    peak = Math.max(peak, process.memoryUsage().heapUsed);
    await sleep(LOOK_EVERY);
  }
  const seconds = (performance.now() - begun) / 1_000;
  const { synced } = store.backlog().counts;
  if (synced !== SCANS) throw new Error(`${SCANS - synced} scans were not taken by the adapter`);
  return { seconds, peak };
}

/** The ledger, in the order in which it was booked, with what the device made. */
async function compare({ urls }: BenchStack, { store }: OfflineDevice) {
  const sequences = new Map(
    store
      .scans({ limit: SCANS })
      .map(({ transaction }) => [transaction.transactionId, transaction.sequence] as const),
  );
  const booked = new Map<string, Set<string>>();
  let [doubled, outOfOrder, latest] = [0, 0, 0];
  for await (const page of httpWmsLedger({ url: urls.adapter, key: undefined }).readEvents())
    for (const { transactionId, locationId } of page) {
      const places = booked.get(transactionId) ?? new Set();
      if (places.has(locationId)) doubled += 1;
      booked.set(transactionId, places.add(locationId));
      const sequence = sequences.get(transactionId) ?? Number.NaN;
      if (!(sequence >= latest)) outOfOrder += 1;
      latest = sequence;
    }
  const lost = [...sequences.keys()].filter((id) => !booked.has(id)).length;
  return { lost, doubled, outOfOrder };
}
