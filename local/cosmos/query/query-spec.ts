import { z } from 'zod';
import { badRequest } from '../errors.ts';
import { type Json, parseJson } from '../json.ts';
import { checkQuery } from './check.ts';
import { parseQuery } from './parser.ts';
import type { Query } from './syntax.ts';

const schema = z.object({
  query: z.string(),
  parameters: z.array(z.object({ name: z.string().startsWith('@'), value: z.unknown() })).default([]),
});

/** A parsed query and the values of its parameters. */
export type QuerySpec = { text: string; query: Query; parameters: ReadonlyMap<string, Json> };

const REMEMBERED = 500;
const parsed = new Map<string, Query>();

/** Reads the body of a query request, `{query, parameters}`. The last 500 query texts are not parsed again. Throws 400. */
export function readQuerySpec(body: string): QuerySpec {
  const spec = schema.safeParse(safeJson(body));
  if (!spec.success) {
    const issue = spec.error.issues[0];
    throw badRequest(`The query request is invalid: ${issue?.path.join('.') || 'body'}: ${issue?.message}`);
  }
  const { query: text, parameters } = spec.data;
  let query = parsed.get(text);
  if (query === undefined) {
    query = checkQuery(parseQuery(text));
    if (parsed.size >= REMEMBERED) parsed.clear();
    parsed.set(text, query);
  }
  // A parameter without a value is undefined, which JSON cannot say: it is left out.
  const given = parameters
    .filter(({ value }) => value !== undefined)
    .map(({ name, value }) => [name, value as Json] as const);
  return { text, query, parameters: new Map(given) };
}

function safeJson(body: string): Json {
  try {
    return parseJson(body);
  } catch {
    throw badRequest('The body of the query request is not valid JSON');
  }
}
