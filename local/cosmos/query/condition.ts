import type { JsonObject } from '../json.ts';
import { checkQuery } from './check.ts';
import { executeQuery } from './execute.ts';
import { parseCondition } from './parser.ts';

/** Makes a predicate of a patch's condition, `FROM c WHERE …`. Throws 400. */
export function compileCondition(condition: string): (item: JsonObject) => boolean {
  const query = checkQuery(parseCondition(condition));
  return (item) => executeQuery(query, [item], new Map(), Date.now()).next().done === false;
}
