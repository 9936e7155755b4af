import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';

/** A line of the Online Retail data. `date` is milliseconds; the file has local time without a zone, read here as UTC. */
export type RetailRow = {
  /** Its place in the file, 1 for the first line after the header. */
  line: number;
  invoice: string;
  date: number;
  stockCode: string;
  description: string;
  quantity: number;
  unitPrice: number;
  customer: string;
};

/** The file is not the Online Retail data or is damaged; the message names the line and the value. */
export class RetailFileError extends Error {
  override readonly name = 'RetailFileError';
}

/** Which lines of a file are wanted. */
export type RowRange = {
  /** Only the first so many lines of the file. */
  limit?: number | undefined;
  /** Only lines from this day on, and up to and with that one; UTC days such as `2011-11-30`. */
  from?: string | undefined;
  to?: string | undefined;
};

const COLUMNS = [
  'InvoiceNo',
  'InvoiceDate',
  'StockCode',
  'Description',
  'Quantity',
  'UnitPrice',
  'CustomerID',
] as const;

/** Milliseconds. */
const A_DAY = 86_400_000;

/**
 * Reads a CSV file (gzipped when its name ends in `.gz`) line by line, in constant memory. Reading stops after `to`, as
 * the file is in the order of its dates.
 *
 * @throws {RetailFileError} at a missing column or a quantity, price or date that is none
 */
export async function* readRetailRows(
  file: string,
  { limit = Number.POSITIVE_INFINITY, from, to }: RowRange = {},
): AsyncGenerator<RetailRow> {
  const begin = from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(from);
  const end = to === undefined ? Number.POSITIVE_INFINITY : Date.parse(to) + A_DAY;
  const bytes = createReadStream(file);
  const text = file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes;
  const records = text.pipe(parse({ columns: true, bom: true, skip_empty_lines: true }));
  for (const source of [bytes, text]) source.on('error', (error: Error) => records.destroy(error));
  let line = 0;
  try {
    for await (const record of records as AsyncIterable<Record<string, string>>) {
      if (line === limit) return;
      line += 1;
      const row = rowOf(record, line);
      if (row.date < begin) continue;
      if (row.date >= end) return;
      yield row;
    }
  } finally {
    bytes.destroy();
  }
}

function rowOf(record: Record<string, string>, line: number): RetailRow {
  const [invoice, date, stockCode, description, quantity, unitPrice, customer] = COLUMNS.map((column) => {
    const value = record[column];
    if (value === undefined) throw new RetailFileError(`line ${line}: column ${column} is missing`);
    return value;
  });
  return {
    line,
    invoice: invoice ?? '',
    date: valid(dateOf(date), Number.isInteger, line, 'InvoiceDate', date),
    stockCode: stockCode ?? '',
    description: description ?? '',
    quantity: valid(Number(quantity), Number.isInteger, line, 'Quantity', quantity),
    unitPrice: valid(Number(unitPrice), Number.isFinite, line, 'UnitPrice', unitPrice),
    customer: customer ?? '',
  };
}

function dateOf(text = ''): number {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text) ? Date.parse(`${text}Z`) : Number.NaN;
}

function valid(
  value: number,
  check: (value: number) => boolean,
  line: number,
  column: string,
  text = '',
): number {
  if (text !== '' && check(value)) return value;
  throw new RetailFileError(`line ${line}: ${column} "${text}" is not valid`);
}
