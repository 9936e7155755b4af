import { odata, type TableClient } from '@azure/data-tables';
import { slotFiguresSchema } from '../contracts/figures.ts';
import type { FiguresEntry, FiguresStore } from '../ports/figures-store.ts';
import { isNotFound, unavailable } from './failure.ts';
import { type Row, readRows } from './key-pages.ts';

/** Storage takes so many rows of one partition in a transaction. */
const TRANSACTION = 100;

/** A day is a partition, a row the slot and the instance: `10:00:10.000|{instance}`. */
export function tableFiguresStore(table: TableClient): FiguresStore {
  /** Some rows of the oldest day before this one. */
  async function oldest(day: string) {
    const rows = await readRows(table, odata`PartitionKey lt ${day}`, TRANSACTION);
    const places = rows.map(({ partitionKey = '', rowKey = '' }) => ({ partitionKey, rowKey }));
    return places.filter(({ partitionKey }) => partitionKey === places[0]?.partitionKey);
  }

  return {
    async put({ at, instance, figures }) {
      const [partitionKey = '', time = ''] = at.split('T');
      const row = {
        partitionKey,
        rowKey: `${time.replace('Z', '')}|${instance}`,
        figures: JSON.stringify(figures),
      };
      try {
        await table.upsertEntity(row, 'Replace');
      } catch (error) {
        throw unavailable(error);
      }
    },
    async since(at) {
      const [day = '', time = ''] = at.split('T');
      const filter = odata`(PartitionKey eq ${day} and RowKey ge ${time.replace('Z', '')}) or PartitionKey gt ${day}`;
      return (await readRows(table, filter, Number.MAX_SAFE_INTEGER)).map(entryOf);
    },
    async removeBefore(day) {
      for (let some = await oldest(day); some.length > 0; some = await oldest(day)) {
        try {
          await table.submitTransaction(some.map((row) => ['delete', row]));
        } catch (error) {
          // Another instance removes them, too.
          if (!isNotFound(error)) throw unavailable(error);
        }
      }
    },
  };
}

function entryOf({ partitionKey = '', rowKey = '', figures }: Row): FiguresEntry {
  const [time = '', instance = ''] = rowKey.split('|');
  return {
    at: `${partitionKey}T${time}Z`,
    instance,
    figures: slotFiguresSchema.parse(JSON.parse(String(figures))),
  };
}
