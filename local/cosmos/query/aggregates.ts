import type { Call, Expression, Query, Value } from './syntax.ts';
import { compareAny } from './values.ts';

/** The names of the aggregate functions, and what the SDK calls them when it merges partitions (`Aggregators/index.js`). */
export const AGGREGATES: ReadonlyMap<string, string> = new Map([
  ['COUNT', 'Count'],
  ['SUM', 'Sum'],
  ['MIN', 'Min'],
  ['MAX', 'Max'],
  ['AVG', 'Average'],
]);

/** True for `COUNT(…)` and its kin. */
export function isAggregate(expression: Expression): expression is Call {
  return expression.kind === 'call' && AGGREGATES.has(expression.name);
}

/** All aggregate calls in what a query selects (not in its subqueries). */
export function aggregatesOf(query: Query): Call[] {
  const found: Call[] = [];
  const { selection } = query;
  if (selection.kind === 'value') collect(selection.expression, found);
  if (selection.kind === 'list') for (const { expression } of selection.items) collect(expression, found);
  return found;
}

function collect(expression: Expression, found: Call[]): void {
  if (isAggregate(expression)) found.push(expression);
  else for (const child of childrenOf(expression)) collect(child, found);
}

/** The direct parts of an expression, subqueries left out. */
export function childrenOf(expression: Expression): Expression[] {
  switch (expression.kind) {
    case 'literal':
    case 'parameter':
    case 'name':
    case 'subquery':
      return [];
    case 'member':
      return [expression.object];
    case 'index':
      return [expression.object, expression.index];
    case 'unary':
      return [expression.operand];
    case 'binary':
      return [expression.left, expression.right];
    case 'between':
      return [expression.value, expression.low, expression.high];
    case 'in':
      return [expression.value, ...expression.list];
    case 'like':
      return [
        expression.value,
        expression.pattern,
        ...(expression.escapedBy === undefined ? [] : [expression.escapedBy]),
      ];
    case 'conditional':
      return [expression.test, expression.then, expression.otherwise];
    case 'call':
      return expression.arguments;
    case 'array':
      return expression.items;
    case 'object':
      return expression.members.map((member) => member.value);
  }
}

/** Takes values one by one and gives their aggregate. */
export type Accumulator = { add(value: Value): void; result(): Value };

/**
 * Starts an aggregate. Undefined values do not count. SUM and AVG of anything but numbers are undefined, and so are MIN and MAX when an array or
 * object is among the values; SUM of nothing is 0, AVG, MIN and MAX of nothing are undefined.
 */
export function accumulator(name: string): Accumulator {
  if (name === 'MIN') return extreme((difference) => difference < 0);
  if (name === 'MAX') return extreme((difference) => difference > 0);
  let count = 0;
  let sum = 0;
  let numeric = true;
  return {
    add(value) {
      if (value === undefined) return;
      count += 1;
      if (typeof value === 'number') sum += value;
      else numeric = false;
    },
    result() {
      if (name === 'COUNT') return count;
      if (!numeric) return undefined;
      if (name === 'SUM') return sum;
      return count === 0 ? undefined : sum / count;
    },
  };
}

function extreme(better: (difference: number) => boolean): Accumulator {
  let best: Value;
  let comparable = true;
  return {
    add(value) {
      if (value === undefined) return;
      if (typeof value === 'object' && value !== null) comparable = false;
      else if (best === undefined || better(compareAny(value, best))) best = value;
    },
    result: () => (comparable ? best : undefined),
  };
}
