import { badRequest } from '../errors.ts';
import { isObject, type Json, type JsonObject, property, setProperty } from '../json.ts';
import { builtIn } from './functions.ts';
import type { BinaryOperator, Call, Expression, Query, Value } from './syntax.ts';
import { compareScalars, equal } from './values.ts';

/** What names stand for: the innermost first. */
export type Scope = { name: string; value: Value; outer: Scope | undefined };

/** What evaluation needs besides the scope. */
export type Context = {
  /** Values by name, `@` included. */
  parameters: ReadonlyMap<string, Json>;
  /** Milliseconds since 1970. */
  now: number;
  /** The results of the aggregate calls of a group. */
  aggregates?: ReadonlyMap<Call, Value>;
  /** Runs a subquery; given by `execute.ts`, which builds on this file. */
  subquery: (query: Query, scope: Scope | undefined, context: Context) => Iterable<Json>;
};

/** Evaluates an expression. What is not there, or of a wrong type, is undefined. */
export function evaluate(expression: Expression, scope: Scope | undefined, context: Context): Value {
  const of = (part: Expression): Value => evaluate(part, scope, context);
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'parameter':
      return parameterValue(expression.name, context);
    case 'name':
      return lookUp(expression.name, scope);
    case 'member':
      return memberOf(of(expression.object), expression.name);
    case 'index':
      return elementOf(of(expression.object), of(expression.index));
    case 'unary':
      return unary(expression.operator, of(expression.operand));
    case 'binary':
      return binary(expression.operator, expression.left, expression.right, of);
    case 'between':
      return and(compare('>=', of(expression.value), of(expression.low)), () =>
        compare('<=', of(expression.value), of(expression.high)),
      );
    case 'in':
      return isIn(of(expression.value), expression.list, of);
    case 'like':
      return like(
        of(expression.value),
        of(expression.pattern),
        expression.escapedBy && of(expression.escapedBy),
      );
    case 'conditional':
      return of(expression.test) === true ? of(expression.then) : of(expression.otherwise);
    case 'call':
      return call(expression, of, context);
    case 'array':
      return expression.items.map(of).filter((item) => item !== undefined);
    case 'object':
      return objectOf(expression.members.map(({ name, value }) => [name, of(value)]));
    case 'subquery':
      return subquery(expression.form, context.subquery(expression.query, scope, context));
  }
}

/** An object of the members that are defined. */
export function objectOf(members: Iterable<readonly [string, Value]>): JsonObject {
  const result: JsonObject = {};
  for (const [name, value] of members) if (value !== undefined) setProperty(result, name, value);
  return result;
}

function parameterValue(name: string, context: Context): Value {
  if (!context.parameters.has(name)) throw badRequest(`The parameter '${name}' of the query has no value`);
  return context.parameters.get(name);
}

function lookUp(name: string, scope: Scope | undefined): Value {
  for (let at = scope; at !== undefined; at = at.outer) if (at.name === name) return at.value;
  throw badRequest(`Identifier '${name}' could not be resolved.`);
}

function memberOf(object: Value, name: string): Value {
  return isObject(object) ? property(object, name) : undefined;
}

function elementOf(object: Value, index: Value): Value {
  if (typeof index === 'string') return memberOf(object, index);
  return typeof index === 'number' && Array.isArray(object) ? object[index] : undefined;
}

function unary(operator: 'NOT' | '-' | '+' | '~', operand: Value): Value {
  if (operator === 'NOT') return typeof operand === 'boolean' ? !operand : undefined;
  if (typeof operand !== 'number') return undefined;
  if (operator === '-') return -operand;
  return operator === '~' ? ~operand : operand;
}

function binary(
  operator: BinaryOperator,
  left: Expression,
  right: Expression,
  of: (part: Expression) => Value,
): Value {
  switch (operator) {
    case 'AND':
      return and(of(left), () => of(right));
    case 'OR':
      return or(of(left), () => of(right));
    case '??':
      return of(left) ?? (of(left) === null ? null : of(right));
    case '=':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compare(operator, of(left), of(right));
    case '||': {
      const [text, more] = [of(left), of(right)];
      return typeof text === 'string' && typeof more === 'string' ? text + more : undefined;
    }
    default: {
      const [a, b] = [of(left), of(right)];
      return typeof a === 'number' && typeof b === 'number' ? arithmetic(operator, a, b) : undefined;
    }
  }
}

/** Three-valued: false decides, whatever the other side is. */
function and(left: Value, right: () => Value): Value {
  if (left === false) return false;
  const other = right();
  if (other === false) return false;
  return left === true && other === true ? true : undefined;
}

function or(left: Value, right: () => Value): Value {
  if (left === true) return true;
  const other = right();
  if (other === true) return true;
  return left === false && other === false ? false : undefined;
}

/**
 * `=` and `!=` compare any two values; the others only two of the same scalar type, everything else is undefined (as the
 * service's own in-memory interpreter in its .NET SDK tests has it).
 */
function compare(operator: '=' | '!=' | '<' | '<=' | '>' | '>=', left: Value, right: Value): Value {
  if (left === undefined || right === undefined) return undefined;
  if (operator === '=') return equal(left, right);
  if (operator === '!=') return !equal(left, right);
  const order = compareScalars(left, right);
  if (order === undefined) return undefined;
  if (operator === '<') return order < 0;
  if (operator === '<=') return order <= 0;
  return operator === '>' ? order > 0 : order >= 0;
}

type Arithmetic = '+' | '-' | '*' | '/' | '%' | '|' | '&' | '^' | '<<' | '>>' | '>>>';

function arithmetic(operator: Arithmetic, a: number, b: number): Value {
  const result = calculate(operator, a, b);
  return Number.isFinite(result) ? result : undefined;
}

function calculate(operator: Arithmetic, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
    case '|':
      return a | b;
    case '&':
      return a & b;
    case '^':
      return a ^ b;
    case '<<':
      return a << b;
    case '>>':
      return a >> b;
    case '>>>':
      return a >>> b;
  }
}

function isIn(value: Value, list: readonly Expression[], of: (part: Expression) => Value): Value {
  if (value === undefined) return undefined;
  return list.some((item) => {
    const other = of(item);
    return other !== undefined && equal(value, other);
  });
}

const patterns = new Map<string, RegExp>();

/** LIKE: `%` any text, `_` one character, `[a-f]` and `[^a-f]` one of a set; `escapedBy` makes the next character mean itself. */
function like(value: Value, pattern: Value, escapedBy: Value): Value {
  if (typeof value !== 'string' || typeof pattern !== 'string') return undefined;
  const key = `${typeof escapedBy === 'string' ? escapedBy : ''}\0${pattern}`;
  let compiled = patterns.get(key);
  if (compiled === undefined) {
    compiled = compilePattern(pattern, typeof escapedBy === 'string' ? escapedBy : undefined);
    if (patterns.size > 1000) patterns.clear();
    patterns.set(key, compiled);
  }
  return compiled.test(value);
}

function compilePattern(pattern: string, escapedBy: string | undefined): RegExp {
  let source = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern.charAt(at);
    const set = character === '[' ? /^\[(\^?)([^\]]+)\]/.exec(pattern.slice(at)) : null;
    if (character === escapedBy && at + 1 < pattern.length) {
      at += 1;
      source += quote(pattern.charAt(at));
    } else if (character === '%') source += '[\\s\\S]*';
    else if (character === '_') source += '[\\s\\S]';
    else if (set !== null) {
      source += `[${set[1]}${set[2]?.replace(/[\\^[\]]/g, '\\$&')}]`;
      at += set[0].length - 1;
    } else source += quote(character);
  }
  return new RegExp(`^${source}$`, 'u');
}

function quote(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
}

function call(expression: Call, of: (part: Expression) => Value, context: Context): Value {
  if (context.aggregates?.has(expression)) return context.aggregates.get(expression);
  const found = builtIn(expression.name);
  if (found === undefined) throw badRequest(`'${expression.name}' is not a function that can be used here`);
  return found.run(expression.arguments.map(of), context.now);
}

function subquery(form: 'EXISTS' | 'ARRAY' | 'SCALAR', rows: Iterable<Json>): Value {
  if (form === 'ARRAY') return [...rows];
  const list = [...rows];
  return form === 'EXISTS' ? list.length > 0 : list[0];
}
