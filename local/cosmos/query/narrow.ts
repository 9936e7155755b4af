import type { Json } from '../json.ts';
import {
  type PartitionKey,
  type PartitionKeyDefinition,
  partitionKeyOf,
  segmentsOf,
} from '../partition-key.ts';
import type { Expression, Query, Value } from './syntax.ts';

/** What a query's condition says about where its items are. Undefined: nothing. */
export type Narrowing = { keys: PartitionKey[] | undefined; ids: string[] | undefined };

/** Values a partition key and an id may be limited to, before a scan is cheaper. */
const MOST = 1000;

/**
 * Reads partition keys and ids out of the condition: `c.id = …`, `c.id IN (…)` and the same for the whole partition key, joined by AND. Saves the
 * scan of what cannot match; the condition is still tested on every item.
 */
export function narrow(
  query: Query,
  parameters: ReadonlyMap<string, Json>,
  definition: PartitionKeyDefinition,
): Narrowing {
  const root = rootAlias(query);
  if (root === undefined || query.where === undefined) return { keys: undefined, ids: undefined };
  const limits = new Map<string, Json[]>();
  for (const part of conjuncts(query.where)) collect(part, root, parameters, limits);
  const ids = limits.get('/id')?.filter((id) => typeof id === 'string');
  return { keys: keysOf(limits, definition), ids: ids && [...new Set(ids)].sort() };
}

function keysOf(
  limits: ReadonlyMap<string, Json[]>,
  definition: PartitionKeyDefinition,
): PartitionKey[] | undefined {
  let combinations: Json[][] = [[]];
  for (const path of definition.paths) {
    const values = limits.get(`/${segmentsOf(path).join('/')}`);
    if (values === undefined || combinations.length * values.length > MOST) return undefined;
    combinations = combinations.flatMap((prefix) => values.map((value) => [...prefix, value]));
  }
  const keys = new Map(
    combinations
      .filter((values) => values.every((value) => typeof value !== 'object' || value === null))
      .map((values) => partitionKeyOf(values, definition))
      .map((key) => [key.text, key]),
  );
  return [...keys.values()].sort((a, b) => compare(a.effective, b.effective) || compare(a.text, b.text));
}

function compare(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1;
}

function collect(
  expression: Expression,
  root: string,
  parameters: ReadonlyMap<string, Json>,
  limits: Map<string, Json[]>,
): void {
  const values = (parts: readonly Expression[]): Json[] | undefined => {
    const known = parts.map((part) => constant(part, parameters)).filter((value) => value !== undefined);
    return known.length === parts.length && known.length <= MOST ? known : undefined;
  };
  if (expression.kind === 'binary' && expression.operator === '=') {
    limit(limits, pathOf(expression.left, root), values([expression.right]));
    limit(limits, pathOf(expression.right, root), values([expression.left]));
  }
  if (expression.kind === 'in') limit(limits, pathOf(expression.value, root), values(expression.list));
}

/** The name that the items themselves have in the condition of a query; undefined when they have none there. */
export function rootAlias({ sources: [first, ...joined] }: Query): string | undefined {
  if (first === undefined || first.iterate || first.from.kind !== 'name') return undefined;
  // A joined source of the same name hides the item.
  return joined.some(({ alias }) => alias === first.alias) ? undefined : first.alias;
}

/** The parts of a condition that are joined by AND. */
export function conjuncts(condition: Expression): Expression[] {
  if (condition.kind !== 'binary' || condition.operator !== 'AND') return [condition];
  return [...conjuncts(condition.left), ...conjuncts(condition.right)];
}

function limit(limits: Map<string, Json[]>, path: string | undefined, values: Json[] | undefined): void {
  if (path === undefined || values === undefined) return;
  const before = limits.get(path);
  if (before === undefined || values.length < before.length) limits.set(path, values);
}

/** The value of a literal or parameter; undefined for anything else. */
export function constant(expression: Expression, parameters: ReadonlyMap<string, Json>): Value {
  if (expression.kind === 'literal') return expression.value;
  return expression.kind === 'parameter' ? parameters.get(expression.name) : undefined;
}

/** `/a/b` for `c.a.b`; undefined for anything but a path from `root`. */
export function pathOf(expression: Expression, root: string): string | undefined {
  if (expression.kind === 'name') return expression.name === root ? '' : undefined;
  if (expression.kind === 'member') {
    const above = pathOf(expression.object, root);
    return above === undefined ? undefined : pathBelow(above, expression.name);
  }
  if (
    expression.kind === 'index' &&
    expression.index.kind === 'literal' &&
    typeof expression.index.value === 'string'
  ) {
    const above = pathOf(expression.object, root);
    return above === undefined ? undefined : pathBelow(above, expression.index.value);
  }
  return undefined;
}

/** A name with a slash in it would read like two. */
function pathBelow(above: string, name: string): string | undefined {
  return name.includes('/') ? undefined : `${above}/${name}`;
}
