import { z } from 'zod';

/** The name of a table or view, in its parts (schema and name, say), or of a column: one part. Never data. */
export type SqlName = readonly string[];

/** SQL Server's limit (sysname); SQLite has none. */
const MAX_LENGTH = 128;
const PLAIN = /^[A-Za-z_][\w$#@]*$/;
const PART = /(?:\[((?:[^\]]|\]\])+)\]|([^[\].]+))(\.|$)/y;
const CONTROL_CHARACTER = /\p{Cc}/u;

/**
 * A name in settings: letters, digits, `_`, `$`, `#`, `@`, not beginning with a digit; any other as `[Order Qty]`, in
 * which `]` is written `]]`. Up to `parts` of them, with dots between.
 */
export function sqlNameSchema(parts: 1 | 2): z.ZodType<SqlName, string> {
  const message =
    parts === 1
      ? 'must be the name of a column, such as SKU or [Order Qty]'
      : 'must be the name of a table or view, such as dbo.STOCK_OUT, with at most a schema before it';
  return z.string(message).transform((text, context) => {
    const name = parseName(text);
    if (name === undefined || name.length > parts) {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    }
    return name;
  });
}

/** The name as SQL Server takes it, whatever characters it holds. */
export function bracketed(name: SqlName): string {
  return name.map((part) => `[${part.replaceAll(']', ']]')}]`).join('.');
}

/** The name as SQLite takes it, whatever characters it holds. */
export function doubleQuoted(name: SqlName): string {
  return name.map((part) => `"${part.replaceAll('"', '""')}"`).join('.');
}

/** The name as a person writes it: without quotes. */
export function plainName(name: SqlName): string {
  return name.join('.');
}

function parseName(text: string): SqlName | undefined {
  const parts: string[] = [];
  PART.lastIndex = 0;
  for (let more = true; more; ) {
    const [found, quoted, plain = '', dot] = PART.exec(text) ?? [];
    const part = quoted?.replaceAll(']]', ']') ?? plain;
    const valid = quoted === undefined ? PLAIN.test(plain) : !CONTROL_CHARACTER.test(part);
    if (found === undefined || !valid || part.length > MAX_LENGTH) return undefined;
    parts.push(part);
    more = dot === '.';
  }
  return parts;
}
