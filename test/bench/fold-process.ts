import type { PositionUpdate } from '../../shared/domain/position.ts';
import { foldStock, type Stock } from '../../shared/domain/stock.ts';

// Run by fold.ts in a process of its own, on one thread: compiler and garbage collector share it (`--single-threaded`).

const BATCH_SIZES = [1, 100, 1_000];
const UPDATES_A_ROUND = 100_000;
/** Processor time spent folding per figure, in milliseconds, after a warm-up; making the updates is not counted. */
const FOLDING_MS = 1_000;
const WARM_UP_MS = 300;

type Shape = {
  readonly name: string;
  readonly documents: number;
  readonly positions: number;
  readonly target: boolean;
};

/**
 * `spread`: the updates of a batch are for as many documents. `hot`: all are for one position. `wide`: all are for one
 * document of 20 positions, in turn; for information.
 */
const SHAPES: readonly Shape[] = [
  { name: 'spread', documents: 10_000, positions: 1, target: true },
  { name: 'hot', documents: 1, positions: 1, target: true },
  { name: 'wide', documents: 1, positions: 20, target: false },
];

for (const shape of SHAPES) {
  for (const batchSize of BATCH_SIZES) {
    const eventsPerSecond = foldRate(shape, batchSize);
    console.log(JSON.stringify({ shape: shape.name, batchSize, eventsPerSecond, isTarget: shape.target }));
  }
}

/** Events per second of processor time, which other processes on the machine do not take away from. */
function foldRate({ documents, positions }: Shape, batchSize: number): number {
  const stocks: (Stock | undefined)[] = new Array(documents);
  let counted = 0;
  let elapsed = -WARM_UP_MS;
  let round = 0;
  while (elapsed < FOLDING_MS) {
    const batches = makeBatches({ documents, positions }, batchSize, round);
    const begun = process.cpuUsage();
    for (const batch of batches) foldBatch(stocks, batch);
    const { user, system } = process.cpuUsage(begun);
    const isWarm = elapsed >= 0;
    elapsed += (user + system) / 1_000;
    if (isWarm) counted += UPDATES_A_ROUND;
    else elapsed = Math.min(elapsed, 0);
    round += 1;
  }
  const pieces = stocks.reduce((sum, stock) => sum + (stock?.onHand ?? 0), 0);
  if (pieces !== round * UPDATES_A_ROUND) throw new Error(`the fold came to ${pieces} pieces`);
  return (counted / elapsed) * 1_000;
}

type Work = { readonly document: number; readonly updates: PositionUpdate[] };

function foldBatch(stocks: (Stock | undefined)[], batch: readonly Work[]): void {
  for (const { document, updates } of batch) {
    const key = { itemId: `ITEM-${document}`, warehouseId: 'WH-001' };
    stocks[document] = foldStock(stocks[document], key, updates).stock;
  }
}

/** Batches as `sortBatch` hands them on: the updates of each document together. Every update adds one piece. */
function makeBatches(
  shape: Pick<Shape, 'documents' | 'positions'>,
  batchSize: number,
  round: number,
): Work[][] {
  const timestamp = new Date().toISOString();
  const first = round * UPDATES_A_ROUND;
  return Array.from({ length: UPDATES_A_ROUND / batchSize }, (_, batch) => {
    const works = new Map<number, PositionUpdate[]>();
    for (let index = 0; index < batchSize; index += 1) {
      const number = first + batch * batchSize + index;
      const document = number % shape.documents;
      const updates = works.get(document) ?? [];
      works.set(document, updates);
      updates.push(makeUpdate(Math.floor(number / shape.documents), shape.positions, timestamp));
    }
    return [...works].map(([document, updates]) => ({ document, updates }));
  });
}

function makeUpdate(numberInDocument: number, positions: number, timestamp: string): PositionUpdate {
  const version = Math.floor(numberInDocument / positions) + 1;
  return {
    locationId: `A-05-${numberInDocument % positions}`,
    lotNumber: null,
    quantityChange: 1,
    resultingOnHand: version,
    version,
    timestamp,
    eventId: `evt-${numberInDocument}`,
  };
}
