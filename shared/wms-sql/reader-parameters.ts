import sql from 'mssql';

/** The values of a query by name. */
export type Parameters = Readonly<Record<string, Parameter>>;

type Parameter = { readonly type: sql.ISqlType; readonly value: string | bigint | number };

/** An identifier. As varchar, so that an index on such a column can be used. */
export function ascii(value: string): Parameter {
  return { type: sql.VarChar(8_000), value };
}

/** Keys, to be read by `OPENJSON`. */
export function json(value: readonly unknown[]): Parameter {
  return { type: sql.NVarChar(sql.MAX), value: JSON.stringify(value) };
}

export function integer(value: number | bigint): Parameter {
  return { type: sql.BigInt(), value };
}
