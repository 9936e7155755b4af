import { EmbeddedActionsParser, type IToken, Lexer } from 'chevrotain';
import type { Arithmetic, Comparison, Expression, PropertyReference } from './syntax.ts';
import { token, tokens } from './tokens.ts';

/** A SQL filter that cannot be used; the message quotes it and says why. */
export class SqlFilterError extends Error {
  override readonly name = 'SqlFilterError';
}

const LONGEST_EXPRESSION = 1024;

/**
 * Parses a filter in the SQL-92 subset of Service Bus
 * (learn.microsoft.com/azure/service-bus-messaging/service-bus-messaging-sql-filter).
 * @throws SqlFilterError on a syntax error and on what is not supported: parameters, `newid()`.
 */
export function parseSqlFilter(text: string): Expression {
  if (text.length > LONGEST_EXPRESSION) {
    throw new SqlFilterError(
      `SQL filter is ${text.length} characters long, at most ${LONGEST_EXPRESSION} are allowed`,
    );
  }
  const lexed = lexer.tokenize(text);
  parser.input = lexed.tokens;
  try {
    const wrongSign = lexed.errors[0];
    if (wrongSign) throw new SqlFilterError(wrongSign.message);
    const expression = parser.filter();
    const wrongWord = parser.errors[0];
    if (wrongWord) throw new SqlFilterError(unexpected(wrongWord.token));
    return expression;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new SqlFilterError(`SQL filter ${JSON.stringify(text)}: ${why}`);
  }
}

const comparisons: Readonly<Record<string, Comparison>> = {
  '=': '=',
  '<>': '<>',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};
const additions: Readonly<Record<string, Arithmetic>> = { '+': '+', '-': '-' };
const products: Readonly<Record<string, Arithmetic>> = { '*': '*', '/': '/', '%': '%' };
const systemProperties = new Set([
  'messageid',
  'correlationid',
  'label',
  'subject',
  'to',
  'replyto',
  'sessionid',
  'replytosessionid',
  'contenttype',
]);

/** Grammar rules, from the loosest binding to the tightest. Chevrotain runs them once with made-up tokens to learn them. */
class FilterParser extends EmbeddedActionsParser {
  readonly filter: () => Expression;

  constructor() {
    super(tokens);
    const disjunction = this.RULE('disjunction', (): Expression => {
      const operands = [this.SUBRULE(conjunction)];
      this.MANY(() => {
        this.CONSUME(token.or);
        operands.push(this.SUBRULE2(conjunction));
      });
      return only(operands) ?? { kind: 'or', operands };
    });
    const conjunction = this.RULE('conjunction', (): Expression => {
      const operands = [this.SUBRULE(negation)];
      this.MANY(() => {
        this.CONSUME(token.and);
        operands.push(this.SUBRULE2(negation));
      });
      return only(operands) ?? { kind: 'and', operands };
    });
    const negation = this.RULE('negation', (): Expression => {
      let isNegated = false;
      this.MANY(() => {
        this.CONSUME(token.not);
        isNegated = !isNegated;
      });
      const operand = this.SUBRULE(predicate);
      return isNegated ? { kind: 'not', operand } : operand;
    });
    const predicate = this.RULE('predicate', (): Expression => {
      const left = this.SUBRULE(sum);
      return this.OPTION(() => this.SUBRULE(test, { ARGS: [left] })) ?? left;
    });
    const test = this.RULE(
      'test',
      (left: Expression): Expression =>
        this.OR([
          { ALT: () => this.SUBRULE(comparison, { ARGS: [left] }) },
          { ALT: () => this.SUBRULE(nullTest, { ARGS: [left] }) },
          {
            ALT: () => {
              const isNegated = this.OPTION(() => this.CONSUME(token.not)) !== undefined;
              const operand = this.SUBRULE(membership, { ARGS: [left] });
              return isNegated ? { kind: 'not' as const, operand } : operand;
            },
          },
        ]),
    );
    const comparison = this.RULE('comparison', (left: Expression): Expression => {
      const operator = this.OR([
        { ALT: () => this.CONSUME(token.equal) },
        { ALT: () => this.CONSUME(token.unequal) },
        { ALT: () => this.CONSUME(token.lessOrEqual) },
        { ALT: () => this.CONSUME(token.greaterOrEqual) },
        { ALT: () => this.CONSUME(token.less) },
        { ALT: () => this.CONSUME(token.greater) },
      ]);
      const right = this.SUBRULE(sum);
      return { kind: 'compare', operator: comparisons[operator.image] ?? '=', left, right };
    });
    const nullTest = this.RULE('nullTest', (left: Expression): Expression => {
      this.CONSUME(token.is);
      const isNegated = this.OPTION(() => this.CONSUME(token.not)) !== undefined;
      this.CONSUME(token.null);
      const operand: Expression = { kind: 'isNull', operand: left };
      return isNegated ? { kind: 'not', operand } : operand;
    });
    const membership = this.RULE(
      'membership',
      (left: Expression): Expression =>
        this.OR([
          {
            ALT: (): Expression => {
              this.CONSUME(token.in);
              this.CONSUME(token.open);
              const among: Expression[] = [];
              this.AT_LEAST_ONE_SEP({
                SEP: token.comma,
                DEF: () => {
                  among.push(this.SUBRULE(sum));
                },
              });
              this.CONSUME(token.close);
              return { kind: 'in', operand: left, among };
            },
          },
          {
            ALT: (): Expression => {
              this.CONSUME(token.like);
              const pattern = this.SUBRULE2(sum);
              const escaping = this.OPTION(() => {
                this.CONSUME(token.escape);
                return this.SUBRULE3(sum);
              });
              return { kind: 'like', operand: left, pattern, escape: escaping };
            },
          },
        ]),
    );
    const sum = this.RULE('sum', (): Expression => {
      let left = this.SUBRULE(product);
      this.MANY(() => {
        const sign = this.OR([
          { ALT: () => this.CONSUME(token.plus) },
          { ALT: () => this.CONSUME(token.minus) },
        ]);
        const right = this.SUBRULE2(product);
        left = { kind: 'calculate', operator: additions[sign.image] ?? '+', left, right };
      });
      return left;
    });
    const product = this.RULE('product', (): Expression => {
      let left = this.SUBRULE(signed);
      this.MANY(() => {
        const sign = this.OR([
          { ALT: () => this.CONSUME(token.times) },
          { ALT: () => this.CONSUME(token.divide) },
          { ALT: () => this.CONSUME(token.modulo) },
        ]);
        const right = this.SUBRULE2(signed);
        left = { kind: 'calculate', operator: products[sign.image] ?? '*', left, right };
      });
      return left;
    });
    const signed = this.RULE('signed', (): Expression => {
      let isNegative = false;
      this.MANY(() => {
        this.OR([
          {
            ALT: () => {
              this.CONSUME(token.minus);
              isNegative = !isNegative;
            },
          },
          { ALT: () => this.CONSUME(token.plus) },
        ]);
      });
      const operand = this.SUBRULE(primary);
      return isNegative ? { kind: 'negate', operand } : operand;
    });
    const primary = this.RULE(
      'primary',
      (): Expression =>
        this.OR([
          { ALT: (): Expression => ({ kind: 'literal', value: textOf(this.CONSUME(token.text)) }) },
          { ALT: (): Expression => ({ kind: 'literal', value: Number(this.CONSUME(token.number).image) }) },
          { ALT: (): Expression => literal(this.CONSUME(token.true), true) },
          { ALT: (): Expression => literal(this.CONSUME(token.false), false) },
          { ALT: (): Expression => literal(this.CONSUME(token.null), null) },
          {
            ALT: (): Expression => {
              const parameter = this.CONSUME(token.parameter);
              return this.ACTION(() => {
                throw new SqlFilterError(`not supported: the parameter ${parameter.image}`);
              });
            },
          },
          {
            ALT: (): Expression => {
              this.CONSUME(token.open);
              const inner = this.SUBRULE(disjunction);
              this.CONSUME(token.close);
              return inner;
            },
          },
          {
            ALT: (): Expression => {
              this.CONSUME(token.exists);
              this.CONSUME2(token.open);
              const found = this.SUBRULE2(property);
              this.CONSUME2(token.close);
              return { kind: 'exists', property: found };
            },
          },
          { ALT: (): Expression => this.SUBRULE(property) },
        ]),
    );
    const name = this.RULE(
      'name',
      (): IToken =>
        this.OR([
          { ALT: () => this.CONSUME(token.identifier) },
          { ALT: () => this.CONSUME(token.bracketed) },
          { ALT: () => this.CONSUME(token.quoted) },
        ]),
    );
    const property = this.RULE('property', (): PropertyReference => {
      const first = this.SUBRULE(name);
      const more = this.OPTION(() =>
        this.OR([
          {
            ALT: () => {
              this.CONSUME(token.dot);
              return { scoped: this.SUBRULE2(name), argument: undefined };
            },
          },
          {
            ALT: () => {
              this.CONSUME(token.open);
              const argument = this.OPTION2(() => this.SUBRULE3(name));
              this.CONSUME(token.close);
              return { scoped: undefined, argument };
            },
          },
        ]),
      );
      return this.ACTION(() => {
        if (!more) return { kind: 'property', scope: 'user', name: nameOf(first).toLowerCase() };
        return more.scoped ? scopedProperty(first, more.scoped) : propertyFunction(first, more.argument);
      });
    });
    this.performSelfAnalysis();
    this.filter = disjunction;
  }
}

function unexpected(word: IToken): string {
  const isEnd = Number.isNaN(word.startOffset) || word.image === '';
  return isEnd ? 'unexpected end' : `unexpected ${word.image} at character ${word.startOffset + 1}`;
}

function only(operands: readonly Expression[]): Expression | undefined {
  return operands.length === 1 ? operands[0] : undefined;
}

function literal(_: IToken, value: boolean | null): Expression {
  return { kind: 'literal', value };
}

function textOf(text: IToken): string {
  return text.image.slice(1, -1).replaceAll("''", "'");
}

function nameOf(name: IToken): string {
  if (name.image.startsWith('[')) return name.image.slice(1, -1).replaceAll(']]', ']');
  if (name.image.startsWith('"')) return name.image.slice(1, -1).replaceAll('""', '"');
  return name.image;
}

function scopedProperty(scope: IToken, property: IToken): PropertyReference {
  const name = nameOf(property).toLowerCase();
  switch (nameOf(scope).toLowerCase()) {
    case 'user':
      return { kind: 'property', scope: 'user', name };
    case 'sys':
      if (systemProperties.has(name)) return { kind: 'property', scope: 'sys', name };
      throw new SqlFilterError(`not supported: the system property sys.${nameOf(property)}`);
    default:
      throw new SqlFilterError(`unknown scope ${nameOf(scope)}; use sys. or user.`);
  }
}

function propertyFunction(functionName: IToken, argument: IToken | undefined): PropertyReference {
  const called = nameOf(functionName).toLowerCase();
  if ((called === 'property' || called === 'p') && argument) {
    return { kind: 'property', scope: 'user', name: nameOf(argument).toLowerCase() };
  }
  throw new SqlFilterError(`not supported: the function ${nameOf(functionName)}()`);
}

const lexer = new Lexer(tokens);
const parser = new FilterParser();
