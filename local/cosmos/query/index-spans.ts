import { EVERY_KEY, intersectSpans, type KeySpan, sortSpans, spanBeside, spanOf } from '../index-key.ts';
import type { Json } from '../json.ts';
import { conjuncts, constant, pathOf, rootAlias } from './narrow.ts';
import type { Expression, Query, Value } from './syntax.ts';

/**
 * What the condition of a query says about the values of indexed paths: for each path that must be defined, the keys it may have. Understood are `=`,
 * `!=`, `IN`, `<` and its kin, `BETWEEN` and `IS_DEFINED`, joined by AND; the condition is still tested on every item.
 */
export function indexSpans(
  query: Query,
  parameters: ReadonlyMap<string, Json>,
  isIndexed: (path: string) => boolean,
): Map<string, KeySpan[]> {
  const spans = new Map<string, KeySpan[]>();
  const root = rootAlias(query);
  if (root === undefined || query.where === undefined) return spans;
  for (const part of conjuncts(query.where)) {
    for (const [expression, allowed] of limitsOf(part, (one) => constant(one, parameters))) {
      const path = pathOf(expression, root);
      if (path === undefined || !isIndexed(path)) continue;
      const before = spans.get(path);
      spans.set(path, before === undefined ? allowed : intersectSpans(before, allowed));
    }
  }
  return spans;
}

type Limit = readonly [path: Expression, spans: KeySpan[]];
type Comparison = '<' | '<=' | '>' | '>=';

const TURNED: Record<Comparison, Comparison> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

function limitsOf(part: Expression, constantOf: (expression: Expression) => Value): Limit[] {
  switch (part.kind) {
    case 'binary':
      return comparisonLimits(part, constantOf);
    case 'in': {
      const values = part.list.map(constantOf).filter((value) => value !== undefined);
      return values.length < part.list.length ? [] : [[part.value, sortSpans(values.map(spanOf))]];
    }
    case 'between': {
      const [low, high] = [constantOf(part.low), constantOf(part.high)];
      if (low === undefined || high === undefined) return [];
      return [[part.value, intersectSpans([spanBeside('>=', low)], [spanBeside('<=', high)])]];
    }
    case 'call': {
      const [argument] = part.arguments;
      return part.name === 'IS_DEFINED' && argument !== undefined ? [[argument, [EVERY_KEY]]] : [];
    }
    default:
      return [];
  }
}

function comparisonLimits(
  { operator, left, right }: Extract<Expression, { kind: 'binary' }>,
  constantOf: (expression: Expression) => Value,
): Limit[] {
  const limits: Limit[] = [];
  for (const [path, other, turned] of [
    [left, right, false],
    [right, left, true],
  ] as const) {
    const value = constantOf(other);
    if (value === undefined) continue;
    if (operator === '=') limits.push([path, [spanOf(value)]]);
    if (operator === '!=') limits.push([path, [EVERY_KEY]]);
    if (operator === '<' || operator === '<=' || operator === '>' || operator === '>=')
      limits.push([path, [spanBeside(turned ? TURNED[operator] : operator, value)]]);
  }
  return limits;
}
