import type { Expression } from './document.ts';

/** An operand or an operator of an expression, in the order in which they are written. */
export type Part =
  | { readonly part: 'operand'; readonly expression: Expression }
  | { readonly part: 'prefix'; readonly operator: string; readonly line: number }
  | { readonly part: 'lambda'; readonly parameters: readonly string[]; readonly line: number }
  | { readonly part: 'postfix'; readonly apply: (of: Expression) => Expression }
  | { readonly part: 'infix'; readonly operator: string; readonly line: number }
  | { readonly part: 'question' }
  | { readonly part: 'colon' };

/** What binds tighter stands further down (`Operators.cs` of Azure/bicep); operators of one line group to the left. */
const PRECEDENCE: readonly (readonly string[])[] = [
  ['??'],
  ['||'],
  ['&&'],
  ['==', '!=', '=~', '!~'],
  ['<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/', '%'],
];

/**
 * One expression of its operands and operators.
 *
 * @throws {SyntaxError} when they make no expression
 */
export function groupOperators(parts: readonly Part[]): Expression {
  let at = 0;

  const take = () => {
    const part = parts[at];
    at += 1;
    return part;
  };
  const has = (part: Part['part']) => {
    if (parts[at]?.part !== part) return false;
    at += 1;
    return true;
  };

  function ternary(): Expression {
    const condition = binary(0);
    if (!has('question')) return condition;
    const then = ternary();
    if (!has('colon')) throw new SyntaxError(`line ${condition.line}: a ternary has no \`:\``);
    return { kind: 'ternary', condition, then, otherwise: ternary(), line: condition.line };
  }

  function binary(level: number): Expression {
    if (level === PRECEDENCE.length) return operand();
    let left = binary(level + 1);
    for (;;) {
      const next = parts[at];
      if (next?.part !== 'infix' || !PRECEDENCE[level]?.includes(next.operator)) return left;
      at += 1;
      left = { kind: 'binary', operator: next.operator, left, right: binary(level + 1), line: left.line };
    }
  }

  function operand(): Expression {
    const part = take();
    if (part?.part === 'prefix') {
      return { kind: 'unary', operator: part.operator, of: operand(), line: part.line };
    }
    if (part?.part === 'lambda') {
      return { kind: 'lambda', parameters: part.parameters, body: ternary(), line: part.line };
    }
    if (part?.part !== 'operand')
      throw new SyntaxError(`an operand is missing before ${part?.part ?? 'the end'}`);
    let expression = part.expression;
    for (let next = parts[at]; next?.part === 'postfix'; next = parts[at]) {
      expression = next.apply(expression);
      at += 1;
    }
    return expression;
  }

  const expression = ternary();
  if (at < parts.length)
    throw new SyntaxError(`line ${expression.line}: an expression goes on where it should end`);
  return expression;
}
