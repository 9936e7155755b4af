import { odata, type TableClient } from '@azure/data-tables';
import { slotFiguresSchema } from '../contracts/figures.ts';
import type { FiguresEntry, FiguresStore } from '../ports/figures-store.ts';
import { isNotFound, unavailable } from './failure.ts';
import { type Row, readRows } from './key-pages.ts';

/** A day is a partition, a row the slot and the instance: `10:00:10.000|{instance}`. */
export function tableFiguresStore(table: TableClient): FiguresStore {
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
      const rows = await readRows(table, odata`PartitionKey lt ${day}`, REMOVED_AT_ONCE);
      for (const { partitionKey = '', rowKey = '' } of rows) {
        try {
          await table.deleteEntity(partitionKey, rowKey);
        } catch (error) {
          if (!isNotFound(error)) throw unavailable(error);
        }
      }
    },
  };
}

/** What one call removes: it is called once an hour, in which a process writes 360 rows. */
const REMOVED_AT_ONCE = 5_000;

function entryOf({ partitionKey = '', rowKey = '', figures }: Row): FiguresEntry {
  const [time = '', instance = ''] = rowKey.split('|');
  return {
    at: `${partitionKey}T${time}Z`,
    instance,
    figures: slotFiguresSchema.parse(JSON.parse(String(figures))),
  };
}
