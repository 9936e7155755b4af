import { type Call, type Expression, isNamespace, type Loop, type ObjectLiteral } from './document.ts';
import { type Argument, callFunction, FUNCTIONS, LAMBDA_FUNCTIONS } from './functions.ts';
import {
  type Fields,
  isFields,
  isKnown,
  isList,
  isOpen,
  isUnknown,
  kindOf,
  unknown,
  unknownOf,
  type Value,
  written,
} from './value.ts';

/** What names mean where an expression stands. */
export type Scope = {
  /** A parameter, variable, resource or module, or what a loop or lambda names; undefined: there is none of that name. */
  lookup(name: string): Value | undefined;
  /** A function of the file, or one that reads another file; undefined: Bicep's own. */
  call(call: Call, values: readonly Value[]): Value | undefined;
  /** A property of a resource or module. */
  member(of: Value, name: string, line: number): Value | undefined;
  tell(line: number, message: string): void;
};

/** What the expression is worth, as far as it can be told. */
export function evaluate(expression: Expression, scope: Scope): Value {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'interpolated': {
      const parts = expression.parts.map((part) => evaluate(part, scope));
      return parts.every(isKnown) ? parts.map(textOf).join('') : unknownOf('string', parts);
    }
    case 'object':
      return evaluateObject(expression, scope);
    case 'array':
      return expression.items.map((item) => evaluate(item, scope));
    case 'for': {
      const rounds = roundsOf(expression.loop, scope);
      if (!rounds) {
        evaluate(expression.body, withNames(scope, loopNames(expression.loop)));
        return unknownOf('array', [evaluate(expression.loop.of, scope)]);
      }
      return rounds.map((names) => evaluate(expression.body, withNames(scope, names)));
    }
    case 'symbol':
      return scope.lookup(expression.name) ?? unknown('any');
    case 'member':
      return member(evaluate(expression.of, scope), expression, scope);
    case 'nested':
      return scope.lookup(expression.name) ?? unknown('any');
    case 'index':
      return element(evaluate(expression.of, scope), evaluate(expression.index, scope), expression, scope);
    case 'call':
      return evaluateCall(expression, scope);
    case 'lambda':
      return unknown('any');
    case 'ternary':
      return evaluateTernary(expression, scope);
    case 'binary':
      return evaluateBinary(expression, scope);
    case 'unary': {
      const of = evaluate(expression.of, scope);
      if (expression.operator === '!') return typeof of === 'boolean' ? !of : unknownOf('bool', [of]);
      return typeof of === 'number' ? -of : unknownOf('int', [of]);
    }
  }
}

/** The names of a loop in each of its rounds; undefined when it is not known how many there are. */
export function roundsOf(loop: Loop, scope: Scope): readonly Fields[] | undefined {
  const list = evaluate(loop.of, scope);
  if (!isList(list)) return undefined;
  return list.map((item, index) => ({ [loop.item]: item, ...(loop.index && { [loop.index]: index }) }));
}

/** The names of a loop of which no round is known. */
export function loopNames(loop: Loop): Fields {
  return { [loop.item]: unknown('any'), ...(loop.index && { [loop.index]: unknown('int') }) };
}

export function withNames(scope: Scope, names: Fields): Scope {
  return { ...scope, lookup: (name) => (Object.hasOwn(names, name) ? names[name] : scope.lookup(name)) };
}

function evaluateObject(object: ObjectLiteral, scope: Scope): Fields {
  const lines = new Map<string, number>();
  const fields: Record<string, Value> = {};
  let open = false;
  for (const property of object.properties) {
    const name = typeof property.name === 'string' ? property.name : evaluate(property.name, scope);
    const value = evaluate(property.value, scope);
    if (typeof name !== 'string') {
      open = true;
      continue;
    }
    if (lines.has(name)) scope.tell(property.line, `property ${name} is written twice`);
    lines.set(name, property.line);
    fields[name] = value;
  }
  return written(fields, { line: object.line, lines, open });
}

function member(
  of: Value,
  { name, safe, line }: Extract<Expression, { kind: 'member' }>,
  scope: Scope,
): Value {
  const own = scope.member(of, name, line);
  if (own !== undefined) return own;
  if (isUnknown(of)) {
    const among = of.among?.filter(isFields).map((fields) => fields[name] ?? null);
    return among && among.length === of.among?.length ? unknown('any', { among }) : unknownOf('any', [of]);
  }
  if (isFields(of)) {
    const value = of[name];
    if (value !== undefined) return value;
    if (isOpen(of)) return unknownOf('any', [of]);
  }
  if (safe) return null;
  const has = isFields(of) ? `an object with ${Object.keys(of).join(', ') || 'nothing'}` : kindOf(of);
  scope.tell(line, `.${name} is not there: it is asked of ${has}`);
  return unknown('any');
}

function element(
  of: Value,
  index: Value,
  expression: Extract<Expression, { kind: 'index' }>,
  scope: Scope,
): Value {
  const { safe, line } = expression;
  if (isFields(of) && typeof index === 'string') {
    return member(
      of,
      { kind: 'member', of: { kind: 'literal', value: null, line }, name: index, safe, line },
      scope,
    );
  }
  if (isFields(of) && isUnknown(index) && index.among) {
    return unknown('any', { among: index.among.map((one) => element(of, one, expression, scope)) });
  }
  if (isList(of) && typeof index === 'number') {
    const value = of[index];
    if (value !== undefined) return value;
    if (safe) return null;
    scope.tell(line, `[${index}] is not there: the array has ${of.length}`);
  }
  if (isList(of) && of.length > 0) return unknown('any', { among: of });
  return unknownOf('any', [of, index]);
}

function evaluateCall(call: Call, scope: Scope): Value {
  const values = call.arguments.map((argument): Argument => {
    if (argument.kind !== 'lambda') return evaluate(argument, scope);
    const { parameters, body } = argument;
    return (...given) => {
      const names = parameters.map((name, at) => [name, given[at] ?? unknown('any')] as const);
      return evaluate(body, withNames(scope, Object.fromEntries(names)));
    };
  });
  const plain = values.filter((value): value is Value => typeof value !== 'function');
  const own = scope.call(call, plain);
  if (own !== undefined) return own;
  if (call.target && !isNamespace(call.target))
    return unknown('any', { late: true, secret: /^(list|getSecret)/.test(call.name) });
  if (!FUNCTIONS[call.name] && !LAMBDA_FUNCTIONS[call.name]) {
    scope.tell(call.line, `function ${call.name}() is not known`);
    return unknown('any');
  }
  return callFunction(call.name, values);
}

function evaluateTernary(
  { condition, then, otherwise }: Extract<Expression, { kind: 'ternary' }>,
  scope: Scope,
): Value {
  const decided = evaluate(condition, scope);
  if (typeof decided === 'boolean') return evaluate(decided ? then : otherwise, scope);
  const among = [evaluate(then, scope), evaluate(otherwise, scope)];
  const kinds = new Set(among.map(kindOf));
  kinds.delete('null');
  const [kind = 'any'] = kinds;
  return { ...unknownOf(kinds.size === 1 ? kind : 'any', [decided, ...among]), among };
}

function evaluateBinary(
  { operator, left, right }: Extract<Expression, { kind: 'binary' }>,
  scope: Scope,
): Value {
  const a = evaluate(left, scope);
  if (operator === '&&' && a === false) return false;
  if (operator === '||' && a === true) return true;
  if (operator === '??' && a !== null && !isUnknown(a)) return a;
  const b = evaluate(right, scope);
  switch (operator) {
    case '??':
      return a === null ? b : { ...unknownOf(kindOf(b), [a, b]), among: [a, b] };
    case '&&':
      return b === false ? false : a === true ? b : unknownOf('bool', [a, b]);
    case '||':
      return b === true ? true : a === false ? b : unknownOf('bool', [a, b]);
    default:
      if (!isKnown(a) || !isKnown(b)) return unknownOf(ARITHMETIC.has(operator) ? 'int' : 'bool', [a, b]);
      return compute(operator, a, b);
  }
}

const ARITHMETIC = new Set(['+', '-', '*', '/', '%']);

function compute(operator: string, a: Value, b: Value): Value {
  const [x, y] = [Number(a), Number(b)];
  switch (operator) {
    case '+':
      return x + y;
    case '-':
      return x - y;
    case '*':
      return x * y;
    case '/':
      return Math.trunc(x / y);
    case '%':
      return x % y;
    case '<':
      return x < y;
    case '<=':
      return x <= y;
    case '>':
      return x > y;
    case '>=':
      return x >= y;
    case '==':
      return JSON.stringify(a) === JSON.stringify(b);
    case '!=':
      return JSON.stringify(a) !== JSON.stringify(b);
    case '=~':
      return String(a).toLowerCase() === String(b).toLowerCase();
    default:
      return String(a).toLowerCase() !== String(b).toLowerCase();
  }
}

function textOf(value: Value): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
