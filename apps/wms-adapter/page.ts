export interface PageQuery {
  /** `next` of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface Page<Row> {
  readonly rows: Row[];
  readonly next?: string;
}

/** Thrown for an `after` that no page gave out. */
export class InvalidCursorError extends Error {
  override readonly name = 'InvalidCursorError';
}
