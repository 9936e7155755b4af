import type { TableClient, TransactionAction } from '@azure/data-tables';
import { describe, expect, test } from 'vitest';
import { someEvent } from '../../test/doubles/fixtures.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';
import { tableJournalStore } from './journal-store.ts';

/** Table storage that refuses the rows of some items for good, as no real one refuses what the contract lets through. */
function tableThatRefuses(refused: ReadonlySet<string>, statusCode: number) {
  const kept: string[] = [];
  const itemOf = (rowKey: string) => rowKey.split('|')[0] ?? '';
  const table = {
    submitTransaction: async (actions: TransactionAction[]) => {
      const rows = actions.map(([, entity]) => String(entity.rowKey));
      if (rows.some((rowKey) => refused.has(itemOf(rowKey))))
        throw Object.assign(new Error('refused'), { statusCode });
      kept.push(...rows.map(itemOf));
    },
    upsertEntity: async ({ partitionKey }: { partitionKey: string }) => {
      kept.push(partitionKey);
    },
  };
  return { kept, journal: tableJournalStore(table as unknown as TableClient) };
}

const entries = Array.from({ length: 20 }, (_unused, index) => ({
  kind: 'event' as const,
  event: someEvent({ itemId: `ITEM-${index}` }),
}));

describe('the journal in Table storage', () => {
  test('a row that storage refuses for good is noted as refused, and its neighbours are written', async () => {
    const { kept, journal } = tableThatRefuses(new Set(['ITEM-3', 'ITEM-17']), 400);
    await journal.append(entries);
    const neighbours = entries
      .map(({ event }) => event.itemId)
      .filter((id) => id !== 'ITEM-3' && id !== 'ITEM-17');
    expect(kept.toSorted()).toEqual([...neighbours, 'refused|by-storage', 'refused|by-storage'].toSorted());
  });

  test.each([429, 500, 503])(
    'a failure of %i is not the rows\u2019 fault, and is tried again whole',
    async (statusCode) => {
      const { journal } = tableThatRefuses(new Set(['ITEM-3']), statusCode);
      await expect(journal.append(entries)).rejects.toBeInstanceOf(StoreUnavailable);
    },
  );
});
