import type { JsonObject } from '../json.ts';
import { checkQuery } from './check.ts';
import { executeQuery } from './execute.ts';
import { parseCondition } from './parser.ts';
import type { Query } from './syntax.ts';

const REMEMBERED = 500;
const parsed = new Map<string, Query>();

/** Makes a predicate of a patch's condition, `FROM c WHERE …`. The last 500 texts are not parsed again. Throws 400. */
export function compileCondition(condition: string): (item: JsonObject) => boolean {
  const known = parsed.get(condition);
  const query = known ?? checkQuery(parseCondition(condition));
  if (known === undefined) {
    if (parsed.size >= REMEMBERED) parsed.clear();
    parsed.set(condition, query);
  }
  return (item) => executeQuery(query, [item], new Map(), Date.now()).next().done === false;
}
