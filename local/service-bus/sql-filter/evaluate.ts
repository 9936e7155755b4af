import type { Arithmetic, Comparison, Expression, FilterValue, PropertyReference } from './syntax.ts';

/** Where a filter finds the properties of a message; names are lower case, null stands for a missing one. */
export interface PropertySource {
  /** An application property. */
  user(name: string): FilterValue;
  /** A property of the message itself, such as `messageid`. */
  sys(name: string): FilterValue;
}

/** Computes a value from a message. */
type Evaluator = (source: PropertySource) => FilterValue;

/**
 * Turns a parsed filter into a function. SQL's three-valued logic holds: what is compared with a missing property is
 * unknown, and only true lets a message through. Numbers are computed as doubles; values of different types are neither
 * equal nor unequal but unknown.
 */
export function compileFilter(expression: Expression): (source: PropertySource) => boolean {
  const evaluate = compile(expression);
  return (source) => evaluate(source) === true;
}

function compile(expression: Expression): Evaluator {
  switch (expression.kind) {
    case 'literal':
      return () => expression.value;
    case 'property':
      return compileProperty(expression);
    case 'and':
      return compileJunction(expression.operands.map(compile), false);
    case 'or':
      return compileJunction(expression.operands.map(compile), true);
    case 'not': {
      const operand = compile(expression.operand);
      return (source) => negated(truth(operand(source)));
    }
    case 'negate': {
      const operand = compile(expression.operand);
      return (source) => {
        const value = operand(source);
        return typeof value === 'number' ? -value : null;
      };
    }
    case 'compare': {
      const [left, right] = [compile(expression.left), compile(expression.right)];
      return (source) => compare(expression.operator, left(source), right(source));
    }
    case 'calculate': {
      const [left, right] = [compile(expression.left), compile(expression.right)];
      return (source) => calculate(expression.operator, left(source), right(source));
    }
    case 'in':
      return compileIn(compile(expression.operand), expression.among.map(compile));
    case 'like':
      return compileLike(expression);
    case 'isNull': {
      const operand = compile(expression.operand);
      return (source) => operand(source) === null;
    }
    case 'exists': {
      const property = compileProperty(expression.property);
      return (source) => property(source) !== null;
    }
  }
}

function compileProperty({ scope, name }: PropertyReference): Evaluator {
  return scope === 'user' ? (source) => source.user(name) : (source) => source.sys(name);
}

/** AND is decided by the first false, OR by the first true; else one unknown makes the whole unknown. */
function compileJunction(operands: readonly Evaluator[], decisive: boolean): Evaluator {
  return (source) => {
    let result: boolean | null = !decisive;
    for (const operand of operands) {
      const value = truth(operand(source));
      if (value === decisive) return decisive;
      if (value === null) result = null;
    }
    return result;
  };
}

function truth(value: FilterValue): boolean | null {
  return typeof value === 'boolean' ? value : null;
}

function negated(value: boolean | null): boolean | null {
  return value === null ? null : !value;
}

function compileIn(operand: Evaluator, among: readonly Evaluator[]): Evaluator {
  return (source) => {
    const value = operand(source);
    let result: boolean | null = false;
    for (const candidate of among) {
      const isEqual = compare('=', value, candidate(source));
      if (isEqual) return true;
      if (isEqual === null) result = null;
    }
    return result;
  };
}

function compileLike(expression: Extract<Expression, { kind: 'like' }>): Evaluator {
  const operand = compile(expression.operand);
  const pattern = compile(expression.pattern);
  const escapeSign = expression.escape ? compile(expression.escape) : () => '';
  let known: { pattern: string; escape: string; match: RegExp } | undefined;
  return (source) => {
    const values = [operand(source), pattern(source), escapeSign(source)] as const;
    const [text, like, escaping] = values;
    if (typeof text !== 'string' || typeof like !== 'string' || typeof escaping !== 'string') return null;
    if (known?.pattern !== like || known.escape !== escaping) {
      known = { pattern: like, escape: escaping, match: likeToRegExp(like, escaping) };
    }
    return known.match.test(text);
  };
}

function likeToRegExp(pattern: string, escapeSign: string): RegExp {
  let source = '';
  let isEscaped = false;
  for (const sign of pattern) {
    if (!isEscaped && escapeSign !== '' && sign === escapeSign) {
      isEscaped = true;
      continue;
    }
    if (!isEscaped && sign === '%') source += '.*';
    else if (!isEscaped && sign === '_') source += '.';
    else source += sign.replace(/[\\^$.*+?()[\]{}|/]/u, '\\$&');
    isEscaped = false;
  }
  return new RegExp(`^${source}$`, 'su');
}

function compare(operator: Comparison, left: FilterValue, right: FilterValue): boolean | null {
  const order = orderOf(left, right);
  if (order === null) return null;
  switch (operator) {
    case '=':
      return order === 0;
    case '<>':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

/** Below zero, zero or above it; null when the two cannot be compared. */
function orderOf(left: FilterValue, right: FilterValue): number | null {
  if (typeof left === 'number' && typeof right === 'number') return signOf(left, right);
  if (typeof left === 'string' && typeof right === 'string') return signOf(left, right);
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right);
  if (left instanceof Date && right instanceof Date) return left.getTime() - right.getTime();
  if (Buffer.isBuffer(left) && Buffer.isBuffer(right)) return left.compare(right);
  return null;
}

function signOf<T extends string | number>(left: T, right: T): number | null {
  if (left === right) return 0;
  if (left < right) return -1;
  return left > right ? 1 : null;
}

function calculate(operator: Arithmetic, left: FilterValue, right: FilterValue): FilterValue {
  if (operator === '+' && typeof left === 'string' && typeof right === 'string') return left + right;
  if (typeof left !== 'number' || typeof right !== 'number') return null;
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return right === 0 ? null : left / right;
    case '%':
      return right === 0 ? null : left % right;
  }
}
