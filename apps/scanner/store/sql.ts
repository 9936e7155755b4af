/** What a cell holds. */
export type SqlValue = string | number | null;
export type SqlRow = Readonly<Record<string, SqlValue>>;

/**
 * One connection to a SQLite database, used by nobody else. Statements are compiled once and kept. A write that finds no room
 * throws `StorageFullError` of ../core/device-store.ts.
 */
export interface Sql {
  /** Runs statements that take no values. */
  script(text: string): void;
  /** Runs a statement; answers how many rows it changed. */
  run(text: string, ...values: readonly SqlValue[]): number;
  all(text: string, ...values: readonly SqlValue[]): readonly SqlRow[];
  /** All of `work` is committed and on the disk, or, when it throws, nothing. Not to be nested. */
  transaction<Result>(work: () => Result): Result;
  close(): void;
}

/** What SQLite gave as a value of a cell. @throws {TypeError} for what this app never stores */
export function cellOf(value: unknown): SqlValue {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value;
  throw new TypeError(`A cell holds a ${typeof value}`);
}
