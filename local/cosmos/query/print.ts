import type { Expression, Query, Selection, Source } from './syntax.ts';

/** Writes an expression as query text that parses to the same expression; every operation in parentheses. */
export function print(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
      return expression.value === undefined ? 'undefined' : JSON.stringify(expression.value);
    case 'parameter':
    case 'name':
      return expression.name;
    case 'member':
      return `${print(expression.object)}[${JSON.stringify(expression.name)}]`;
    case 'index':
      return `${print(expression.object)}[${print(expression.index)}]`;
    case 'unary':
      return `(${expression.operator} ${print(expression.operand)})`;
    case 'binary':
      return `(${print(expression.left)} ${expression.operator} ${print(expression.right)})`;
    case 'between':
      return `(${print(expression.value)} BETWEEN ${print(expression.low)} AND ${print(expression.high)})`;
    case 'in':
      return `(${print(expression.value)} IN (${expression.list.map(print).join(', ')}))`;
    case 'like':
      return `(${print(expression.value)} LIKE ${print(expression.pattern)}${expression.escapedBy === undefined ? '' : ` ESCAPE ${print(expression.escapedBy)}`})`;
    case 'conditional':
      return `(${print(expression.test)} ? ${print(expression.then)} : ${print(expression.otherwise)})`;
    case 'call':
      return `${expression.name}(${expression.arguments.map(print).join(', ')})`;
    case 'array':
      return `[${expression.items.map(print).join(', ')}]`;
    case 'object':
      return `{${expression.members.map(({ name, value }) => `${JSON.stringify(name)}: ${print(value)}`).join(', ')}}`;
    case 'subquery':
      return `${expression.form === 'SCALAR' ? '' : expression.form}(${printQuery(expression.query)})`;
  }
}

/** Writes a query as text. `where` replaces its condition when given. */
export function printQuery(query: Query, where = query.where && print(query.where)): string {
  const parts = ['SELECT'];
  if (query.distinct) parts.push('DISTINCT');
  if (query.top !== undefined) parts.push('TOP', print(query.top));
  parts.push(printSelection(query.selection));
  if (query.sources.length > 0) parts.push('FROM', query.sources.map(printSource).join(' JOIN '));
  if (where !== undefined) parts.push('WHERE', where);
  if (query.groupBy.length > 0) parts.push('GROUP BY', query.groupBy.map(print).join(', '));
  if (query.orderBy.length > 0) {
    parts.push(
      'ORDER BY',
      query.orderBy.map((item) => `${print(item.expression)} ${item.descending ? 'DESC' : 'ASC'}`).join(', '),
    );
  }
  if (query.offset !== undefined && query.limit !== undefined)
    parts.push('OFFSET', print(query.offset), 'LIMIT', print(query.limit));
  return parts.join(' ');
}

function printSelection(selection: Selection): string {
  if (selection.kind === 'star') return '*';
  if (selection.kind === 'value') return `VALUE ${print(selection.expression)}`;
  return selection.items
    .map(({ expression, alias }) =>
      /^\$/.test(alias) ? print(expression) : `${print(expression)} AS ${alias}`,
    )
    .join(', ');
}

function printSource({ alias, iterate, from }: Source): string {
  if (from.kind === 'query') return `(${printQuery(from)}) AS ${alias}`;
  if (iterate) return `${alias} IN ${print(from)}`;
  return from.kind === 'name' && from.name === alias ? alias : `${print(from)} AS ${alias}`;
}
