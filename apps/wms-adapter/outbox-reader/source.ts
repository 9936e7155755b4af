import { SettingError } from '../../../shared/settings.ts';
import { mappedFields, type OutboxSettings } from './outbox-settings.ts';
import { plainName, type SqlName } from './sql-name.ts';

/** A row of the WMS's outbox table or view. */
export interface SourceRow {
  /** Value of the order column. */
  readonly number: bigint;
  /** A value for each of `mappedFields`, in their order, as the driver gives it. */
  readonly values: readonly unknown[];
}

/** Which rows a page holds: those with numbers above `after` and, if it is given, up to `upTo`; at most `limit`. */
export interface PageRange {
  readonly after: bigint;
  readonly upTo?: bigint;
  readonly limit: number;
}

/** Below every number of a source. */
const LOWEST_NUMBER = -(2n ** 63n);

/** The number above which a source is read of which nothing was read yet. A rowversion is an unsigned number. */
export function beginningOf({ kind, startAfter }: OutboxSettings['order']): bigint {
  return startAfter ?? (kind === 'rowversion' ? 0n : LOWEST_NUMBER);
}

/** What the settings say of the source. */
export type SourceSettings = Pick<OutboxSettings, 'source' | 'order' | 'columns'>;

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
  /** Rows in the order of their numbers; those without a number (NULL) are not numbered yet and left out. @throws when there never was a number, but rows with something else */
  page(range: PageRange): Promise<SourceRow[]>;
  /** All rows with one of these numbers. */
  rowsAt(numbers: readonly bigint[]): Promise<SourceRow[]>;
  /** The highest number there is; undefined without rows. */
  highest(): Promise<bigint | undefined>;
  /** Some of what stands above a number and is none, as text: such rows have no place in the order, and no page holds them. */
  misnumbered(after: bigint): Promise<readonly string[]>;
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

/**
 * Asks the database for each name of the settings.
 *
 * @param probe reads a column of the source, or without one the source alone; it takes no rows
 * @param isUnknownName whether the database says that a name is unknown or may not be read, rather than that it does not answer
 * @throws SettingError naming the table or the first column that is not there; what else the database says as it is
 */
export async function checkNames(
  settings: SourceSettings,
  probe: (column?: SqlName) => Promise<unknown>,
  isUnknownName: (error: Error) => boolean,
): Promise<void> {
  const { source, order } = settings;
  const check = async (setting: string, name: SqlName, probed: Promise<unknown>) => {
    await probed.catch((error) => {
      if (!(error instanceof Error) || !isUnknownName(error)) throw error;
      const said = error.message.replaceAll(/\s+/g, ' ');
      throw new SettingError(`${setting} is "${plainName(name)}": the WMS database says: ${said}`);
    });
  };
  await check('source', source, probe());
  await check('order.column', order.column, probe(order.column));
  for (const { field, column } of mappedFields(settings)) {
    await check(`columns.${field}`, column, probe(column));
  }
}
