import type { CsvValue } from '../csv.ts';

/** Rows by a value of theirs; those of which it is not known come last, either way round. */
export function sortedRows<Row>(
  rows: readonly Row[],
  value: (row: Row) => CsvValue,
  isDescending: boolean,
): readonly Row[] {
  const sign = isDescending ? -1 : 1;
  return rows.toSorted((left, right) => {
    const [a, b] = [value(left), value(right)];
    if (isUnknown(a) || isUnknown(b)) return Number(isUnknown(a)) - Number(isUnknown(b));
    return sign * compare(a, b);
  });
}

const text = new Intl.Collator('en', { numeric: true });

function compare(left: CsvValue, right: CsvValue): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return text.compare(String(left), String(right));
}

function isUnknown(value: CsvValue): boolean {
  return value === null || value === undefined || value === '';
}
