/** Rows as lines of equal columns: those of `left` (by default the first) to the left, figures to the right. */
export function tableLines(rows: readonly (readonly string[])[], left: readonly number[] = [0]): string[] {
  const columns = Math.max(0, ...rows.map(({ length }) => length));
  const widths = Array.from({ length: columns }, (_unused, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return left.includes(column) ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
}

/** 12345 → 12,345. */
export function count(number: number): string {
  return number.toLocaleString('en-US');
}

/** A share from 0 to 1, cut and not rounded: 100 % is said only where all agreed. */
export function percent(share: number | null): string {
  return share === null ? '–' : `${(Math.floor(share * 100_000) / 1_000).toFixed(3)} %`;
}
