import type { TableEntity } from '@azure/data-tables';
import { correctionSchema } from '../contracts/correction.ts';
import type { Correction } from '../domain/correction.ts';
import type { StockKey } from '../domain/stock.ts';
import { separableKeyPart, textOfKeyPart } from './record-row.ts';

/**
 * The row of a correction. Partition = `corrected` and the warehouse, so that no reader of events meets it; row = item,
 * location, lot, time and run, so that the corrections of an item come together, those of a position by time. A row is a
 * function of its correction, so writing it again changes nothing.
 */
export function correctionRow(correction: Correction): TableEntity {
  const { itemId, warehouseId, locationId, lotNumber, row, floor, voided, found, at, runId } = correction;
  return {
    partitionKey: correctionPartition(warehouseId),
    rowKey: [...[itemId, locationId, lotNumber ?? ''].map(separableKeyPart), at, runId].join('|'),
    class: correction.class,
    floor,
    row: JSON.stringify(row),
    found: JSON.stringify(found),
    ...(voided.length > 0 && voidedColumns(JSON.stringify(voided))),
  };
}

/** The partition that holds the corrections of a warehouse. `|` cannot occur in a warehouse's id. */
export function correctionPartition(warehouseId: string): string {
  return `${PARTITION}|${warehouseId}`;
}

/** The row keys of the corrections of an item: from `first` on, below `end`, whose last character comes after `|`. */
export function correctionKeysOf({ itemId }: Pick<StockKey, 'itemId'>): {
  readonly first: string;
  readonly end: string;
} {
  const part = separableKeyPart(itemId);
  return { first: `${part}|`, end: `${part}}` };
}

/** The item of a correction by its row's key. */
export function correctedItemOf(rowKey: string): string {
  return textOfKeyPart(rowKey.split('|')[0] ?? '');
}

/** The correction of a row that `correctionRow` made. @throws {Error} when somebody else changed the row */
export function parseCorrection(row: Record<string, unknown>): Correction {
  const [partition, warehouseId] = String(row.partitionKey).split('|');
  const parts = String(row.rowKey).split('|').map(textOfKeyPart);
  const [itemId, locationId, lotNumber, at, runId, ...others] = parts;
  if (partition !== PARTITION || others.length > 0) throw new Error('it is the key of something else');
  return correctionSchema.parse({
    itemId,
    warehouseId,
    locationId,
    lotNumber: lotNumber === '' ? null : lotNumber,
    row: JSON.parse(String(row.row)),
    floor: row.floor,
    voided: JSON.parse(textOf(row) || '[]'),
    found: JSON.parse(String(row.found)),
    class: row.class,
    at,
    runId,
  });
}

const PARTITION = 'corrected';

/** A text column takes 32,768 characters, a row 1 MB. */
const CHARACTERS_PER_COLUMN = 30_000;

/** `voided`, `voided1`, `voided2` …: as many columns as the text needs. */
function voidedColumns(text: string): Record<string, string> {
  const count = Math.ceil(text.length / CHARACTERS_PER_COLUMN);
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => {
      const start = index * CHARACTERS_PER_COLUMN;
      return [columnName(index), text.slice(start, start + CHARACTERS_PER_COLUMN)];
    }),
  );
}

function textOf(row: Record<string, unknown>): string {
  let text = '';
  for (let index = 0; typeof row[columnName(index)] === 'string'; index += 1)
    text += String(row[columnName(index)]);
  return text;
}

function columnName(index: number): string {
  return index === 0 ? 'voided' : `voided${index}`;
}
