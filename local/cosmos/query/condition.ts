import { notSupported } from '../errors.ts';
import type { JsonObject } from '../json.ts';

/** Makes a predicate of a patch condition. */
export function compileCondition(_condition: string): (item: JsonObject) => boolean {
  throw notSupported('patch conditions');
}
