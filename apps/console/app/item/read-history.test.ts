import { expect, test } from 'vitest';
import type { HistoryEntry, StockHistory } from '../../../../shared/contracts/history.ts';
import { type HistoryRead, NOTHING_READ, readHistory } from './read-history.ts';

const PER_CALL = 1_000;

/** An entry of the only position. @param version 1 and up */
function entry(version: number): HistoryEntry {
  return {
    ...{ eventId: `evt-${version}`, transactionId: `TRX-${version}`, eventType: 'InventoryReceipt' },
    ...{ timestamp: '2024-11-18T10:00:00.000Z', locationId: 'A-05-02', lotNumber: null, version },
    ...{ quantityChange: 1, resultingOnHand: version, scannerId: 'SCANNER-08', userId: 'wanda' },
  };
}

/** A journal of so many entries. @param failing the call that gets no answer, the first being 0 */
function journalOf(entries: number, failing?: number) {
  return async (after: string | undefined): Promise<StockHistory> => {
    const begin = Number(after ?? 0);
    if (begin === failing) throw new Error('no answer');
    const end = Math.min(entries, begin + PER_CALL);
    return {
      ...{ itemId: 'ITEM-1', warehouseId: 'WH-001', positions: [] },
      entries: Array.from({ length: end - begin }, (_, index) => entry(begin + index + 1)),
      ...(end < entries && { next: String(end) }),
    };
  };
}

async function told(before: HistoryRead, call: (after: string | undefined) => Promise<StockHistory>) {
  const all: HistoryRead[] = [];
  await readHistory(before, call, (read) => all.push(read));
  return all;
}

const shownAndRead = ({ entries, count, state }: HistoryRead) => [entries.length, count, state];

test('what came first stays as it is until the rest has come, which is only counted', async () => {
  const all = await told(NOTHING_READ, journalOf(3_500));
  expect(all.map(shownAndRead)).toEqual([
    [0, 0, 'reading'],
    [1_000, 1_000, 'reading'],
    [1_000, 2_000, 'reading'],
    [1_000, 3_000, 'reading'],
    [3_500, 3_500, 'complete'],
  ]);
  expect(all[3]?.entries).toBe(all[1]?.entries);
});

test('after 20,000 it asks, and goes on with as many while those stay', async () => {
  const first = (await told(NOTHING_READ, journalOf(41_000))).at(-1) ?? NOTHING_READ;
  expect(shownAndRead(first)).toEqual([20_000, 20_000, 'part']);
  const second = await told(first, journalOf(41_000));
  expect(second.slice(0, -1).every(({ entries }) => entries === first.entries)).toBe(true);
  expect(second.slice(-2).map(shownAndRead)).toEqual([
    [20_000, 39_000, 'reading'],
    [40_000, 40_000, 'part'],
  ]);
});

test('where no answer comes all that did is there, and is gone on from', async () => {
  const failed = (await told(NOTHING_READ, journalOf(3_000, 2_000))).at(-1) ?? NOTHING_READ;
  expect(shownAndRead(failed)).toEqual([2_000, 2_000, 'failed']);
  const complete = (await told(failed, journalOf(3_000))).at(-1);
  expect(complete?.entries.map(({ version }) => version)).toEqual(
    Array.from({ length: 3_000 }, (_, index) => index + 1),
  );
});
