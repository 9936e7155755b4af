import { badRequest } from '../errors.ts';
import type { Json } from '../json.ts';
import { type KeyRange, WHOLE_RANGE } from '../partition-key.ts';
import { AGGREGATES, aggregatesOf, isAggregate } from './aggregates.ts';
import { countOf, isStreaming } from './execute.ts';
import { print, printQuery } from './print.ts';
import type { Call, Expression, Query, Selection } from './syntax.ts';

/** What the SDK puts a filter in place of, when it goes on with an ordered query (`parallelQueryExecutionContextBase.js`). */
const FILTER = '{documentdb-formattableorderbyquery-filter}';

/** A query plan as the SDK reads it (`pipelinedQueryExecutionContext.js`). */
export type QueryPlan = { partitionedQueryExecutionInfoVersion: 2; queryInfo: object; queryRanges: object[] };

/** True when the client has to merge the partitions' answers, so that a query of all partitions needs a plan. */
export function needsPlan(query: Query): boolean {
  return !isStreaming(query) || query.top !== undefined || query.limit !== undefined;
}

/**
 * The plan of a query over several partitions: which parts the client merges, and the query to send to each partition. `ranges` are the
 * effective keys it touches. Throws 400 for what cannot be merged.
 */
export function planQuery(
  query: Query,
  parameters: ReadonlyMap<string, Json>,
  ranges: readonly KeyRange[] = [WHOLE_RANGE],
): QueryPlan {
  const grouped = query.groupBy.length > 0 || aggregatesOf(query).length > 0;
  const counts = {
    top: countOf(query.top, { parameters }) ?? null,
    offset: countOf(query.offset, { parameters }) ?? null,
    limit: countOf(query.limit, { parameters }) ?? null,
  };
  const queryInfo = {
    distinctType: distinctType(query),
    ...counts,
    orderBy: query.orderBy.map((item) => (item.descending ? 'Descending' : 'Ascending')),
    orderByExpressions: query.orderBy.map((item) => print(item.expression)),
    groupByExpressions: query.groupBy.map(print),
    groupByAliases:
      query.groupBy.length > 0 && query.selection.kind === 'list'
        ? query.selection.items.map((item) => item.alias)
        : [],
    aggregates: valueAggregates(query),
    groupByAliasToAggregateType: grouped ? aliasTypes(query.selection) : {},
    rewrittenQuery: rewrite(query, grouped, counts),
    hasSelectValue: query.selection.kind === 'value',
    dCountInfo: null,
    hasNonStreamingOrderBy: false,
  };
  const queryRanges = ranges.map(({ min, max }) => ({
    min,
    max,
    isMinInclusive: true,
    isMaxInclusive: false,
  }));
  return { partitionedQueryExecutionInfoVersion: 2, queryInfo, queryRanges };
}

function distinctType(query: Query): 'None' | 'Ordered' | 'Unordered' {
  if (!query.distinct) return 'None';
  return query.orderBy.length > 0 ? 'Ordered' : 'Unordered';
}

function rewrite(
  query: Query,
  grouped: boolean,
  counts: { offset: number | null; limit: number | null },
): string {
  if (grouped && query.distinct)
    throw badRequest('not supported: DISTINCT together with aggregates over several partitions');
  // Each partition gives all the client may have to skip; TOP stays as it is.
  const bounded: Query =
    counts.offset === null || counts.limit === null
      ? query
      : {
          ...query,
          offset: { kind: 'literal', value: 0 },
          limit: { kind: 'literal', value: counts.offset + counts.limit },
        };
  if (grouped)
    return printQuery({
      ...bounded,
      selection: groupedSelection(query),
      top: undefined,
      offset: undefined,
      limit: undefined,
    });
  if (query.orderBy.length > 0) return rewriteOrdered(bounded);
  return bounded === query ? '' : printQuery(bounded);
}

function rewriteOrdered(query: Query): string {
  const [first] = query.sources;
  if (first === undefined) throw badRequest('ORDER BY needs a FROM clause');
  const rid: Expression = { kind: 'member', object: { kind: 'name', name: first.alias }, name: '_rid' };
  const keys: Expression = { kind: 'array', items: query.orderBy.map((item) => wrap(item.expression)) };
  const items = [
    { expression: rid, alias: '_rid' },
    { expression: keys, alias: 'orderByItems' },
    { expression: payloadOf(query), alias: 'payload' },
  ];
  const where = query.where === undefined ? FILTER : `(${print(query.where)}) AND ${FILTER}`;
  return printQuery({ ...query, distinct: false, selection: { kind: 'list', items } }, where);
}

function payloadOf(query: Query): Expression {
  const { selection } = query;
  if (selection.kind === 'star') return { kind: 'name', name: query.sources[0]?.alias ?? '' };
  if (selection.kind === 'value') return selection.expression;
  return {
    kind: 'object',
    members: selection.items.map(({ expression, alias }) => ({ name: alias, value: expression })),
  };
}

/** `{"item": e}`: how partitions hand values to the client. */
function wrap(value: Expression): Expression {
  return { kind: 'object', members: [{ name: 'item', value }] };
}

function valueAggregates({ selection }: Query): string[] {
  if (selection.kind !== 'value' || !isAggregate(selection.expression)) return [];
  return [AGGREGATES.get(selection.expression.name) ?? ''];
}

function aliasTypes(selection: Selection): Record<string, string | null> {
  if (selection.kind !== 'list') return {};
  return Object.fromEntries(
    selection.items.map(({ expression, alias }) => [
      alias,
      isAggregate(expression) ? (AGGREGATES.get(expression.name) ?? null) : null,
    ]),
  );
}

function groupedSelection(query: Query): Selection {
  const { selection, groupBy } = query;
  if (selection.kind === 'value') {
    const payload: Expression = isAggregate(selection.expression)
      ? { kind: 'array', items: [partial(selection.expression)] }
      : mergeable(selection.expression);
    if (groupBy.length === 0) return { kind: 'value', expression: payload };
    return { kind: 'list', items: [groupByItems(groupBy), { expression: payload, alias: 'payload' }] };
  }
  const members = (selection.kind === 'list' ? selection.items : []).map(({ expression, alias }) => ({
    name: alias,
    value: isAggregate(expression) ? partial(expression) : mergeable(expression),
  }));
  const payload = { expression: { kind: 'object', members } as const, alias: 'payload' };
  return { kind: 'list', items: groupBy.length === 0 ? [payload] : [groupByItems(groupBy), payload] };
}

function groupByItems(groupBy: readonly Expression[]): { expression: Expression; alias: string } {
  return { expression: { kind: 'array', items: groupBy.map(wrap) }, alias: 'groupByItems' };
}

/** What one partition contributes to an aggregate, in the form the SDK's aggregators take. */
function partial(call: Call): Expression {
  const count: Call = { ...call, name: 'COUNT' };
  switch (call.name) {
    case 'AVG':
      return wrap({
        kind: 'object',
        members: [
          { name: 'sum', value: { ...call, name: 'SUM' } },
          { name: 'count', value: count },
        ],
      });
    case 'MIN':
    case 'MAX':
      return wrap({
        kind: 'object',
        members: [
          { name: call.name.toLowerCase(), value: call },
          { name: 'count', value: count },
        ],
      });
    default:
      return wrap(call);
  }
}

/** An expression without aggregates is the same in every partition of a group; one that computes with aggregates cannot be merged. */
function mergeable(expression: Expression): Expression {
  const query: Query = { ...EMPTY, selection: { kind: 'value', expression } };
  if (aggregatesOf(query).length > 0) {
    throw badRequest(
      `not supported: '${print(expression)}' over several partitions (an aggregate must stand alone)`,
    );
  }
  return expression;
}

const EMPTY: Query = {
  kind: 'query',
  distinct: false,
  top: undefined,
  selection: { kind: 'star' },
  sources: [],
  where: undefined,
  groupBy: [],
  orderBy: [],
  offset: undefined,
  limit: undefined,
};
