import sql from 'mssql';

/** A value of a query, with the type it has there. */
export interface Parameter {
  readonly type: sql.ISqlType;
  readonly value: string | number | boolean | Date | null;
}

/** The longest text that the type carries otherwise than as `max`. */
const MAX_VARCHAR = 8_000;

/** An identifier or another text in ASCII. As varchar, so that an index on such a column can be used. */
export function ascii(value: string | null): Parameter {
  const isLong = value !== null && value.length > MAX_VARCHAR;
  return { type: sql.VarChar(isLong ? sql.MAX : MAX_VARCHAR), value };
}

/** A text of any characters. */
export function text(value: string | null): Parameter {
  return { type: sql.NVarChar(sql.MAX), value };
}

/** Rows or keys, to be read by `OPENJSON`. */
export function json(value: readonly unknown[]): Parameter {
  return { type: sql.NVarChar(sql.MAX), value: JSON.stringify(value) };
}

export function integer(value: number): Parameter {
  return { type: sql.BigInt(), value };
}

export function bit(value: boolean): Parameter {
  return { type: sql.Bit(), value };
}

/** A time, written as UTC with milliseconds. */
export function time(value: Date): Parameter {
  return { type: sql.DateTime2(3), value };
}
