import type { Json } from '../json.ts';

/** What an expression evaluates to: a JSON value, or `undefined` for what is not there. */
export type Value = Json | undefined;

/** Binary operators; `AND`, `OR` and `??` decide by their left side first. */
export type BinaryOperator =
  | 'OR'
  | 'AND'
  | '??'
  | '='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '||'
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '|'
  | '&'
  | '^'
  | '<<'
  | '>>'
  | '>>>';

/** A scalar expression of the query language. */
export type Expression =
  | { kind: 'literal'; value: Value }
  | { kind: 'parameter'; name: string }
  | { kind: 'name'; name: string }
  | { kind: 'member'; object: Expression; name: string }
  | { kind: 'index'; object: Expression; index: Expression }
  | { kind: 'unary'; operator: 'NOT' | '-' | '+' | '~'; operand: Expression }
  | { kind: 'binary'; operator: BinaryOperator; left: Expression; right: Expression }
  | { kind: 'between'; value: Expression; low: Expression; high: Expression }
  | { kind: 'in'; value: Expression; list: Expression[] }
  | { kind: 'like'; value: Expression; pattern: Expression; escapedBy: Expression | undefined }
  | { kind: 'conditional'; test: Expression; then: Expression; otherwise: Expression }
  | { kind: 'call'; name: string; arguments: Expression[] }
  | { kind: 'array'; items: Expression[] }
  | { kind: 'object'; members: { name: string; value: Expression }[] }
  | { kind: 'subquery'; form: 'EXISTS' | 'ARRAY' | 'SCALAR'; query: Query };

/** A call of a function. */
export type Call = Extract<Expression, { kind: 'call' }>;

/** `FROM c`, `FROM c.path AS x`, `FROM x IN c.path`, and the same after JOIN; or a subquery in parentheses. */
export type Source = { alias: string; iterate: boolean; from: Expression | Query };

/** What is selected. */
export type Selection =
  | { kind: 'star' }
  | { kind: 'value'; expression: Expression }
  | { kind: 'list'; items: { expression: Expression; alias: string }[] };

/** A sort key. */
export type OrderItem = { expression: Expression; descending: boolean };

/** A SELECT query. */
export type Query = {
  kind: 'query';
  distinct: boolean;
  top: Expression | undefined;
  selection: Selection;
  /** The first is what FROM names; the others are joined. */
  sources: Source[];
  where: Expression | undefined;
  groupBy: Expression[];
  orderBy: OrderItem[];
  offset: Expression | undefined;
  limit: Expression | undefined;
};
