import { badRequest } from '../errors.ts';
import type { Json } from '../json.ts';
import { type Accumulator, accumulator, aggregatesOf } from './aggregates.ts';
import { type Context, evaluate, objectOf, type Scope } from './evaluate.ts';
import type { Call, Query, Selection, Source, Value } from './syntax.ts';
import { canonical, compareAny } from './values.ts';

/**
 * Runs a query over items, in the order in which they come. Rows that are undefined are left out. The first source stands for the
 * item itself whatever it is called, unless its path leads deeper.
 */
export function* executeQuery(
  query: Query,
  items: Iterable<Json>,
  parameters: ReadonlyMap<string, Json>,
  now: number,
): Generator<Json> {
  const context: Context = { parameters, now, subquery: runSubquery };
  yield* finish(query, itemScopes(query, items, context), context);
}

/** The rows one item gives: joins applied, WHERE tested, nothing selected yet. */
export function* rowScopes(query: Query, item: Json, context: Context): Generator<Scope | undefined> {
  const [first, ...joins] = query.sources;
  if (first === undefined) {
    if (accepts(query, undefined, context)) yield undefined;
    return;
  }
  const rooted: Scope = { name: rootOf(first), value: item, outer: undefined };
  for (const scope of expand([first, ...joins], rooted, context, true))
    if (accepts(query, scope, context)) yield scope;
}

/** True when rows can be given one by one: nothing has to be known of all of them. */
export function isStreaming(query: Query): boolean {
  return (
    !query.distinct &&
    query.orderBy.length === 0 &&
    query.groupBy.length === 0 &&
    aggregatesOf(query).length === 0
  );
}

/** What is selected from a row. */
export function select(selection: Selection, scope: Scope | undefined, context: Context): Value {
  switch (selection.kind) {
    case 'star':
      if (scope === undefined) throw badRequest("'SELECT *' needs a FROM clause");
      return scope.value;
    case 'value':
      return evaluate(selection.expression, scope, context);
    case 'list':
      return objectOf(
        selection.items.map(({ expression, alias }) => [alias, evaluate(expression, scope, context)]),
      );
  }
}

/** A count in TOP, OFFSET or LIMIT. Throws 400 when it is not a whole number from 0 on. */
export function countOf(expression: Query['top'], context: Pick<Context, 'parameters'>): number | undefined {
  if (expression === undefined) return undefined;
  const value =
    expression.kind === 'parameter'
      ? context.parameters.get(expression.name)
      : expression.kind === 'literal' && expression.value;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) {
    throw badRequest(`TOP, OFFSET and LIMIT take whole numbers from 0 on, not ${JSON.stringify(value)}`);
  }
  return value;
}

/** The context of a query that is run row by row. */
export function contextOf(parameters: ReadonlyMap<string, Json>, now: number): Context {
  return { parameters, now, subquery: runSubquery };
}

function* itemScopes(query: Query, items: Iterable<Json>, context: Context): Generator<Scope | undefined> {
  if (query.sources.length === 0) yield* rowScopes(query, null, context);
  else for (const item of items) yield* rowScopes(query, item, context);
}

/** The name that stands for the item: `c` in `FROM c`, `FROM c x`, `FROM c.a` and `FROM x IN c.a`. */
function rootOf(source: Source): string {
  let from = source.from;
  while (from.kind === 'member' || from.kind === 'index') from = from.object;
  if (from.kind !== 'name')
    throw badRequest('The first source of FROM must be the container or a path in it');
  return from.name;
}

function* expand(
  sources: readonly Source[],
  scope: Scope,
  context: Context,
  first: boolean,
): Generator<Scope> {
  const [source, ...rest] = sources;
  if (source === undefined) {
    yield scope;
    return;
  }
  for (const value of valuesOf(source, scope, context)) {
    // The container's own name is not visible beside its alias.
    yield* expand(rest, { name: source.alias, value, outer: first ? undefined : scope }, context, false);
  }
}

function* valuesOf(source: Source, scope: Scope, context: Context): Generator<Json> {
  if (source.from.kind === 'query') {
    yield* runSubquery(source.from, scope, context);
    return;
  }
  const value = evaluate(source.from, scope, context);
  if (value === undefined) return;
  if (!source.iterate) yield value;
  else if (Array.isArray(value)) yield* value;
}

function accepts(query: Query, scope: Scope | undefined, context: Context): boolean {
  return query.where === undefined || evaluate(query.where, scope, context) === true;
}

/** A subquery sees the names around it; its first source is a path from one of them. */
function* runSubquery(query: Query, scope: Scope | undefined, context: Context): Generator<Json> {
  yield* finish(query, subqueryScopes(query, scope, context), context);
}

function* subqueryScopes(
  query: Query,
  scope: Scope | undefined,
  context: Context,
): Generator<Scope | undefined> {
  if (query.sources.length === 0 || scope === undefined) {
    if (accepts(query, scope, context)) yield scope;
    return;
  }
  for (const row of expand(query.sources, scope, context, false)) if (accepts(query, row, context)) yield row;
}

function* finish(query: Query, scopes: Iterable<Scope | undefined>, context: Context): Generator<Json> {
  const grouped = query.groupBy.length > 0 || aggregatesOf(query).length > 0;
  const rows = grouped ? groupRows(query, scopes, context) : sortRows(query, scopes, context);
  const skip = countOf(query.offset, context) ?? 0;
  const top = countOf(query.top, context) ?? Number.POSITIVE_INFINITY;
  const end = Math.min(skip + (countOf(query.limit, context) ?? Number.POSITIVE_INFINITY), skip + top);
  const seen = new Set<string>();
  let index = 0;
  if (end === 0) return;
  for (const row of rows) {
    if (row === undefined) continue;
    if (query.distinct) {
      const key = canonical(row);
      if (seen.has(key)) continue;
      seen.add(key);
    }
    if (index >= skip) yield row;
    index += 1;
    if (index >= end) return;
  }
}

function* sortRows(query: Query, scopes: Iterable<Scope | undefined>, context: Context): Generator<Value> {
  if (query.orderBy.length === 0) {
    for (const scope of scopes) yield select(query.selection, scope, context);
    return;
  }
  const keyed = Array.from(scopes, (scope) => ({
    scope,
    keys: query.orderBy.map((item) => evaluate(item.expression, scope, context)),
  }));
  keyed.sort((left, right) => {
    for (const [at, { descending }] of query.orderBy.entries()) {
      const order = compareAny(left.keys[at], right.keys[at]);
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  });
  for (const { scope } of keyed) yield select(query.selection, scope, context);
}

type Group = { scope: Scope | undefined; accumulators: Map<Call, Accumulator> };

function* groupRows(query: Query, scopes: Iterable<Scope | undefined>, context: Context): Generator<Value> {
  const calls = aggregatesOf(query);
  const groups = new Map<string, Group>();
  const start = (scope: Scope | undefined): Group => ({
    scope,
    accumulators: new Map(calls.map((call) => [call, accumulator(call.name)])),
  });
  if (query.groupBy.length === 0) groups.set('', start(undefined));
  for (const scope of scopes) {
    const key = query.groupBy.map((part) => keyText(evaluate(part, scope, context))).join('\0');
    let group = groups.get(key);
    if (group === undefined) {
      group = start(scope);
      groups.set(key, group);
    }
    for (const [call, target] of group.accumulators) {
      const [argument] = call.arguments;
      target.add(argument === undefined ? undefined : evaluate(argument, scope, context));
    }
  }
  for (const { scope, accumulators } of groups.values()) {
    const aggregates = new Map(Array.from(accumulators, ([call, target]) => [call, target.result()]));
    yield select(query.selection, scope, { ...context, aggregates });
  }
}

function keyText(value: Value): string {
  return value === undefined ? '' : canonical(value);
}
