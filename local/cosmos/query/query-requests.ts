import type { Container } from '../catalog.ts';
import { badRequest } from '../errors.ts';
import { type Answer, headerOf, pageSizeOf, type Request } from '../exchange.ts';
import { feedBody, PAGE_BYTES } from '../item-feed.ts';
import type { EntryPosition } from '../item-index.ts';
import type { ScannedItem, ScanPosition } from '../items-table.ts';
import { type Json, parseJson } from '../json.ts';
import type { PartitionKey } from '../partition-key.ts';
import { type Scope, scanScope, scopeOf } from '../partition-scope.ts';
import { queryCharge } from '../request-charge.ts';
import { contextOf, countOf, executeQuery, isStreaming, rowScopes, select } from './execute.ts';
import { chooseIndex, type IndexAccess } from './index-access.ts';
import { type Narrowing, narrow } from './narrow.ts';
import { checkOrdering } from './ordering.ts';
import { needsPlan, planQuery, type QueryPlan } from './plan.ts';
import { type QuerySpec, readQuerySpec } from './query-spec.ts';
import { cursors, readToken, type Token, writeToken } from './query-token.ts';

/** Answers a query plan request: how the client merges the answers of several partitions. */
export function handleQueryPlan(container: Container, request: Request): Answer {
  const spec = readQuerySpec(request.body);
  checkOrdering(spec.query, container);
  return { status: 200, body: JSON.stringify(planOf(container, spec)), charge: 1, operation: 'QueryPlan' };
}

/**
 * Answers a page of a query. A query of all partitions that the client has to merge is refused with the plan, as the gateway does; the
 * SDK then asks each range with the rewritten query. Throws 400.
 */
export function handleQuery(container: Container, request: Request, now: number): Answer {
  const spec = readQuerySpec(request.body);
  checkOrdering(spec.query, container);
  const everywhere =
    headerOf(request, 'x-ms-documentdb-partitionkey') === undefined &&
    headerOf(request, 'x-ms-documentdb-partitionkeyrangeid') === undefined;
  if (everywhere && needsPlan(spec.query)) {
    throw badRequest('The provided cross partition query can not be directly served by the gateway.', {
      substatus: 1004,
      body: { additionalErrorInfo: JSON.stringify(planOf(container, spec)) },
    });
  }
  const run = prepareRun(container, spec, request, now);
  const streaming = isStreaming(spec.query) || (run.access?.ordered && run.token?.kind !== 'cursor');
  const page = streaming ? streamPage(run) : sortedPage(run);
  return {
    status: 200,
    body: feedBody(container, page.rows),
    headers: {
      'x-ms-item-count': String(page.rows.length),
      'x-ms-session-token': `0:-1#${container.items.lastLsn()}`,
      ...(page.next === undefined ? {} : { 'x-ms-continuation': writeToken(page.next) }),
    },
    charge: queryCharge(page.bytes),
    operation: 'Query',
  };
}

type Run = {
  container: Container;
  spec: QuerySpec;
  scope: Scope;
  narrowing: Narrowing;
  partitions: PartitionKey[] | undefined;
  /** Undefined: the primary index. */
  access: IndexAccess | undefined;
  pageSize: number;
  token: Token | undefined;
  now: number;
};
type Position = Extract<Token, { kind: 'position' }>;
/** An item to be looked at, and its place in the index that led to it. */
type Candidate = { item: ScannedItem; entry: EntryPosition | undefined };
/** Rows as JSON texts; `bytes` of items that were loaded for them. */
type Page = { rows: string[]; next: Token | undefined; bytes: number };

function prepareRun(container: Container, spec: QuerySpec, request: Request, now: number): Run {
  const { query, parameters } = spec;
  const scope = scopeOf(request, container);
  const narrowing = narrow(query, parameters, container.definition.partitionKey);
  const partitions = partitionsOf(scope, narrowing);
  const token = readToken(headerOf(request, 'x-ms-continuation'));
  // Items known by id are fewer than any other index leads to; a query goes on in the index it began in.
  const primary = narrowing.ids !== undefined || (token?.kind === 'position' && token.index === undefined);
  const wanted = token?.kind === 'position' ? token.index : undefined;
  const scopes = partitions?.map((key) => ({ key })) ?? [scope];
  const access = primary ? undefined : chooseIndex(container, query, parameters, scopes, wanted);
  if (wanted !== undefined && access === undefined)
    throw badRequest(
      `The continuation token is invalid: container '${container.definition.id}' has no index of '${wanted}'`,
    );
  return { container, spec, scope, narrowing, partitions, access, pageSize: pageSizeOf(request), token, now };
}

function planOf(container: Container, { query, parameters }: QuerySpec): QueryPlan {
  const { keys } = narrow(query, parameters, container.definition.partitionKey);
  if (keys === undefined || keys.length === 0) return planQuery(query, parameters);
  return planQuery(
    query,
    parameters,
    keys.map(({ effective }) => ({ min: effective, max: `${effective}FF` })),
  );
}

/** The partitions a query is limited to, in the order of the primary index; undefined: all of its scope. */
function partitionsOf(scope: Scope, narrowing: Narrowing): PartitionKey[] | undefined {
  if ('key' in scope) return [scope.key];
  return narrowing.keys?.filter(
    ({ effective }) => effective >= scope.range.min && effective < scope.range.max,
  );
}

/** The items a query has to look at, from `after` on: in the order of the index it is served by, or of the primary index. */
function* candidates(run: Run, after: Position['after']): Generator<Candidate> {
  const { container, scope, access, now } = run;
  if (access === undefined) {
    for (const item of primaryCandidates(run, after)) yield { item, entry: undefined };
    return;
  }
  const entry = after?.entry && { ...after.entry, key: Buffer.from(after.entry.key, 'base64') };
  let resumed = after === undefined;
  for (const part of run.partitions?.map((key) => ({ key })) ?? [scope]) {
    const here = !('key' in part) || part.key.text === after?.partitionKey;
    if (!resumed && !here) continue;
    for (const { item, position } of container.items.scanIndex(
      part,
      access,
      resumed ? undefined : entry,
      now,
    )) {
      yield { item, entry: position };
    }
    resumed = true;
  }
}

function* primaryCandidates(
  { container, scope, partitions: keys, narrowing, now }: Run,
  after: ScanPosition | undefined,
): Generator<ScannedItem> {
  if (keys === undefined) {
    yield* scanScope(container, scope, after, now);
    return;
  }
  for (const key of keys) {
    if (after !== undefined && key.effective < after.effective) continue;
    const same = after?.effective === key.effective && after.partitionKey === key.text;
    if (narrowing.ids === undefined) yield* container.items.scanPartition(key, same ? after : undefined, now);
    else {
      for (const id of narrowing.ids) {
        if (same && id <= after.id) continue;
        const item = container.items.find(key, id, now);
        if (item !== undefined) yield item;
      }
    }
  }
}

/** A page of a query whose rows can be given as the items come. The token says where to go on, and how many rows were given in all. */
function streamPage(run: Run): Page {
  const { query, parameters } = run.spec;
  const context = contextOf(parameters, run.now);
  const start =
    run.token?.kind === 'position'
      ? run.token
      : { kind: 'position' as const, index: run.access?.path, after: undefined, skip: 0, given: 0 };
  const offset = countOf(query.offset, context) ?? 0;
  const most =
    offset + (countOf(query.limit, context) ?? countOf(query.top, context) ?? Number.POSITIVE_INFINITY);
  const whole = query.selection.kind === 'star' && query.where === undefined;
  const rows: string[] = [];
  let { skip, given } = start;
  let last: Candidate | undefined;
  const goOn = (skipped: number): Position => ({
    ...start,
    after: last ? placeOf(last) : start.after,
    skip: skipped,
    given,
  });
  let bytes = 0;
  if (given >= most) return { rows, next: undefined, bytes };
  if (query.sources.length === 0)
    return {
      rows: [...executeQuery(query, [], parameters, run.now)].map((row) => JSON.stringify(row)),
      next: undefined,
      bytes,
    };
  for (const candidate of candidates(run, start.after)) {
    const { item } = candidate;
    if (bytes > PAGE_BYTES) return { rows, next: goOn(0), bytes };
    bytes += item.body.length;
    let index = 0;
    for (const row of whole ? [item.body] : rowsOf(run, item)) {
      index += 1;
      if (index <= skip) continue;
      if (rows.length === run.pageSize) return { rows, next: goOn(index - 1), bytes };
      given += 1;
      if (given > offset) rows.push(row);
      if (given >= most) return { rows, next: undefined, bytes };
    }
    skip = 0;
    last = candidate;
  }
  return { rows, next: undefined, bytes };
}

function placeOf({ item: { effective, partitionKey, id }, entry }: Candidate): Position['after'] {
  return {
    ...{ effective, partitionKey, id },
    ...(entry && { entry: { key: Buffer.from(entry.key).toString('base64'), number: entry.number } }),
  };
}

function* rowsOf({ spec, now }: Run, item: ScannedItem): Generator<string> {
  const context = contextOf(spec.parameters, now);
  const value = parseJson(item.body);
  for (const scope of rowScopes(spec.query, value, context)) {
    const row = select(spec.query.selection, scope, context);
    // An item that is selected as a whole is stored as text already.
    if (row !== undefined) yield row === value ? item.body : JSON.stringify(row);
  }
}

/** A page of a query that needs all rows before it can give the first; what is left of them is kept for the next pages. */
function sortedPage(run: Run): Page {
  const { token } = run;
  const start = token?.kind === 'cursor' ? token.offset : 0;
  let rows = token?.kind === 'cursor' ? cursors.get(token.cursor) : undefined;
  let bytes = 0;
  if (rows === undefined) {
    const items = Array.from(candidates(run, undefined), ({ item }) => item);
    // Rows that sort the same come in the order of their rids, or against it when the first key is descending, as the SDK expects.
    const sign = run.spec.query.orderBy[0]?.descending ? -1 : 1;
    items.sort((a, b) => sign * (a.number - b.number));
    bytes = items.reduce((sum, item) => sum + item.body.length, 0);
    const values = items.map((item) => parseJson(item.body));
    rows = Array.from(executeQuery(run.spec.query, values, run.spec.parameters, run.now), (row: Json) =>
      JSON.stringify(row),
    );
  }
  const page = rows.slice(start, start + run.pageSize);
  const end = start + page.length;
  if (end >= rows.length) {
    if (token?.kind === 'cursor') cursors.delete(token.cursor);
    return { rows: page, next: undefined, bytes };
  }
  const cursor =
    token?.kind === 'cursor' && cursors.get(token.cursor) !== undefined ? token.cursor : cursors.add(rows);
  return { rows: page, next: { kind: 'cursor', cursor, offset: end }, bytes };
}
