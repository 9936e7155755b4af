/** A row of the WMS's outbox table or view. */
export interface SourceRow {
  /** Value of the order column. */
  readonly number: bigint;
  /** Values of the columns that were asked for, in their order, as the driver gives them. */
  readonly values: readonly unknown[];
}

/** Which rows a page holds. */
export interface PageRange {
  /** Rows above this number, */
  readonly after: bigint;
  /** and, if it is given, up to this one. */
  readonly upTo?: bigint;
  /** At most so many. */
  readonly limit: number;
}

/**
 * The WMS's outbox table or view: read, never written. Every implementation passes the suite in `source-contract.ts`.
 * All methods throw when the database does not answer; the next call tries anew.
 */
export interface OutboxSource {
  /**
   * Makes sure that table and columns are there.
   * @throws SettingError naming what is not; any other error when the database does not answer.
   */
  check(): Promise<void>;
  /** Rows in the order of their numbers; those without a number (NULL) are not numbered yet and left out. */
  page(range: PageRange): Promise<SourceRow[]>;
  /** All rows with one of these numbers. */
  rowsAt(numbers: readonly bigint[]): Promise<SourceRow[]>;
  /** The highest number there is; undefined without rows. */
  highest(): Promise<bigint | undefined>;
  close(): Promise<void>;
}

/**
 * Of a page that was read with one row more than it may have: the rows whose numbers are there with all their rows, so
 * that the next page can begin after the last number.
 *
 * @param column the order column, for the message
 * @throws Error when the rows are not in order, or one number has more rows than a page
 */
export function wholeGroups(
  rows: readonly SourceRow[],
  after: bigint,
  pageSize: number,
  column: string,
): { rows: SourceRow[]; complete: boolean } {
  let previous = after;
  for (const [index, { number }] of rows.entries()) {
    if (index === 0 ? number <= previous : number < previous) {
      throw new Error(`the numbers in column ${column} are not in order: ${number} came after ${previous}`);
    }
    previous = number;
  }
  const further = rows[pageSize];
  if (further === undefined) return { rows: [...rows], complete: true };
  const whole = rows.slice(0, pageSize).filter(({ number }) => number !== further.number);
  if (whole.length === 0) {
    throw new Error(
      `more than ${pageSize} rows have ${further.number} in column ${column}: set pageSize higher, or choose a column that tells rows apart`,
    );
  }
  return { rows: whole, complete: false };
}
