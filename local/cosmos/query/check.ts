import { badRequest } from '../errors.ts';
import { AGGREGATES, aggregatesOf, childrenOf, isAggregate } from './aggregates.ts';
import { builtIn } from './functions.ts';
import { print } from './print.ts';
import type { Call, Expression, Query, Source } from './syntax.ts';

/**
 * Refuses, before anything is run, what the query means but this server does not do or the service does not allow: unknown names and functions,
 * aggregates in the wrong place, unsupported combinations. Throws 400 with the offending text.
 */
export function checkQuery(query: Query): Query {
  const [first] = query.sources;
  const names = first === undefined ? [] : [rootName(first)];
  check(query, names, true);
  return query;
}

function rootName(source: Source): string {
  let from = source.from;
  while (from.kind === 'member' || from.kind === 'index') from = from.object;
  if (from.kind !== 'name') throw badRequest('not supported: a subquery as the first source of FROM');
  return from.name;
}

function check(query: Query, outer: readonly string[], top: boolean): void {
  const names = checkSources(query, outer, top);
  const aggregates = aggregatesOf(query);
  if (query.selection.kind === 'star') {
    if (query.sources.length !== 1) throw badRequest("'SELECT *' is only valid with a single input set.");
    if (query.groupBy.length > 0) throw badRequest("'SELECT *' cannot be used with GROUP BY");
  }
  if (query.orderBy.length > 0 && (query.groupBy.length > 0 || aggregates.length > 0)) {
    throw badRequest('not supported: ORDER BY together with GROUP BY or aggregates');
  }
  if (query.top !== undefined && query.limit !== undefined)
    throw badRequest('TOP cannot be used together with OFFSET LIMIT');
  for (const expression of selected(query)) checkExpression(expression, names, true);
  const plain = [query.where, ...query.groupBy, ...query.orderBy.map((item) => item.expression)];
  for (const expression of plain) if (expression !== undefined) checkExpression(expression, names, false);
  if (query.groupBy.length > 0 || aggregates.length > 0) checkGrouped(query);
}

function selected({ selection }: Query): Expression[] {
  if (selection.kind === 'value') return [selection.expression];
  return selection.kind === 'list' ? selection.items.map((item) => item.expression) : [];
}

function checkSources(query: Query, outer: readonly string[], top: boolean): string[] {
  let names = [...outer];
  for (const [at, source] of query.sources.entries()) {
    if (source.from.kind === 'query') check(source.from, names, false);
    else checkExpression(source.from, names, false);
    if (source.alias === '') throw badRequest('A source of FROM needs a name: add AS and one');
    names = top && at === 0 ? [source.alias] : [...names, source.alias];
  }
  return names;
}

function checkExpression(expression: Expression, names: readonly string[], aggregatesAllowed: boolean): void {
  if (expression.kind === 'name' && !names.includes(expression.name)) {
    throw badRequest(`Identifier '${expression.name}' could not be resolved.`);
  }
  if (expression.kind === 'subquery') check(expression.query, names, false);
  if (expression.kind === 'call') checkCall(expression, aggregatesAllowed);
  const inside = aggregatesAllowed && !isAggregate(expression);
  for (const child of childrenOf(expression)) checkExpression(child, names, inside);
}

function checkCall(call: Call, aggregatesAllowed: boolean): void {
  const count = call.arguments.length;
  if (AGGREGATES.has(call.name)) {
    if (!aggregatesAllowed) throw badRequest(`The aggregate '${print(call)}' is not allowed here`);
    if (count !== 1) throw badRequest(`'${call.name}' takes 1 argument, not ${count}`);
    return;
  }
  const found = builtIn(call.name);
  if (found === undefined)
    throw badRequest(
      `'${call.name}' is not a built-in function of this server (not supported, or misspelled)`,
    );
  if (count < found.least || count > found.most) {
    throw badRequest(`'${call.name}' takes ${found.least} to ${found.most} arguments, not ${count}`);
  }
}

/** Beside aggregates only what is grouped by may be selected. */
function checkGrouped(query: Query): void {
  const keys = new Set(query.groupBy.map(print));
  for (const expression of selected(query)) checkGroupedPart(expression, keys);
}

function checkGroupedPart(expression: Expression, keys: ReadonlySet<string>): void {
  if (isAggregate(expression) || keys.has(print(expression))) return;
  if (expression.kind === 'name' || expression.kind === 'subquery') {
    throw badRequest(
      `Property reference '${print(expression)}' is invalid in the select list because it is not contained in either an aggregate function or the GROUP BY clause.`,
    );
  }
  for (const child of childrenOf(expression)) checkGroupedPart(child, keys);
}
