import type { Json } from '../json.ts';
import { executeQuery } from './execute.ts';
import { readQuerySpec } from './query-spec.ts';

/** Runs a query over databases or containers; `body` is the request's. Throws 400. */
export function queryList(resources: readonly object[], body: string, now: number): Json[] {
  const { query, parameters } = readQuerySpec(body);
  return [...executeQuery(query, resources as Json[], parameters, now)];
}
