import { EmbeddedActionsParser, type IOrAlt, type IToken, type TokenType } from 'chevrotain';
import { badRequest } from '../errors.ts';
import type { Json } from '../json.ts';
import {
  Identifier,
  lexer,
  Name,
  NumberLiteral,
  Parameter,
  Sign,
  StringLiteral,
  TOKENS,
  Word,
} from './lexer.ts';
import type { BinaryOperator, Expression, OrderItem, Query, Selection, Source } from './syntax.ts';

/** Parses a query. Throws 400 with the offending text. */
export function parseQuery(text: string): Query {
  return parseText(text, () => parser.statement());
}

/** Parses a patch condition: a query without its SELECT clause, `FROM c WHERE …`. Throws 400. */
export function parseCondition(text: string): Query {
  return parseText(`SELECT VALUE true ${text}`, () => parser.statement());
}

function parseText(text: string, parse: () => Query): Query {
  const { tokens, errors } = lexer.tokenize(text);
  const [unknown] = errors;
  if (unknown !== undefined) throw syntaxError(text.slice(unknown.offset, unknown.offset + 20));
  parser.input = tokens;
  const query = parse();
  const [error] = parser.errors;
  if (error !== undefined) {
    const { image, startOffset } = error.token;
    throw syntaxError(image === '' || Number.isNaN(startOffset) ? 'the end of the query' : image);
  }
  return query;
}

function syntaxError(near: string): Error {
  return badRequest(`Syntax error, incorrect syntax near '${near}'.`, { substatus: 0 });
}

class QueryParser extends EmbeddedActionsParser {
  constructor() {
    super(TOKENS, { maxLookahead: 3, recoveryEnabled: false });
    this.performSelfAnalysis();
  }

  readonly statement = this.RULE('statement', (): Query => this.SUBRULE(this.query));

  readonly query = this.RULE('query', (): Query => {
    this.CONSUME(Word.Select);
    const distinct = this.OPTION(() => this.CONSUME(Word.Distinct)) !== undefined;
    const top = this.OPTION1(() => {
      this.CONSUME(Word.Top);
      return this.SUBRULE(this.count);
    });
    const selection = this.SUBRULE(this.selection);
    const sources = this.OPTION2(() => this.SUBRULE(this.fromClause)) ?? [];
    const where = this.OPTION3(() => {
      this.CONSUME(Word.Where);
      return this.SUBRULE(this.expression);
    });
    const groupBy = this.OPTION4(() => this.SUBRULE(this.groupByClause)) ?? [];
    const orderBy = this.OPTION5(() => this.SUBRULE(this.orderByClause)) ?? [];
    const range = this.OPTION6(() => {
      this.CONSUME(Word.Offset);
      const offset = this.SUBRULE1(this.count);
      this.CONSUME(Word.Limit);
      const limit = this.SUBRULE2(this.count);
      return { offset, limit };
    });
    return {
      kind: 'query',
      distinct,
      top,
      selection,
      sources,
      where,
      groupBy,
      orderBy,
      offset: range?.offset,
      limit: range?.limit,
    };
  });

  readonly count = this.RULE(
    'count',
    (): Expression =>
      this.oneOf<Expression>([
        { ALT: () => ({ kind: 'literal', value: Number(this.CONSUME(NumberLiteral).image) }) },
        { ALT: () => ({ kind: 'parameter', name: this.CONSUME(Parameter).image }) },
      ]),
  );

  readonly selection = this.RULE(
    'selection',
    (): Selection =>
      this.oneOf<Selection>([
        {
          ALT: () => {
            this.CONSUME(Sign.Star);
            return { kind: 'star' };
          },
        },
        {
          ALT: () => {
            this.CONSUME(Word.Value);
            return { kind: 'value', expression: this.SUBRULE(this.expression) };
          },
        },
        {
          ALT: () => {
            const items: { expression: Expression; alias: string | undefined }[] = [];
            this.AT_LEAST_ONE_SEP({ SEP: Sign.Comma, DEF: () => items.push(this.SUBRULE(this.selectItem)) });
            return this.ACTION(() => ({ kind: 'list', items: nameItems(items) }));
          },
        },
      ]),
  );

  readonly selectItem = this.RULE('selectItem', (): { expression: Expression; alias: string | undefined } => {
    const expression = this.SUBRULE(this.expression);
    const alias = this.OPTION(() => this.SUBRULE(this.alias));
    return { expression, alias };
  });

  readonly alias = this.RULE('alias', (): string =>
    this.OR([
      {
        ALT: () => {
          this.CONSUME(Word.As);
          return this.CONSUME(Name).image;
        },
      },
      { ALT: () => this.CONSUME(Identifier).image },
    ]),
  );

  readonly fromClause = this.RULE('fromClause', (): Source[] => {
    this.CONSUME(Word.From);
    const sources = [this.SUBRULE(this.source)];
    this.MANY(() => {
      this.CONSUME(Word.Join);
      sources.push(this.SUBRULE1(this.source));
    });
    return sources;
  });

  readonly source = this.RULE(
    'source',
    (): Source =>
      this.oneOf<Source>([
        {
          ALT: () => {
            const alias = this.CONSUME(Identifier).image;
            this.CONSUME(Word.In);
            return { alias, iterate: true, from: this.SUBRULE(this.sourceExpression) };
          },
        },
        {
          ALT: () => {
            const from = this.SUBRULE1(this.sourceExpression);
            const alias = this.OPTION(() => this.SUBRULE(this.alias));
            return this.ACTION(() => ({
              alias: alias ?? nameOf(from) ?? '',
              iterate: from.kind === 'query',
              from,
            }));
          },
        },
      ]),
  );

  readonly sourceExpression = this.RULE('sourceExpression', (): Expression | Query =>
    this.oneOf<Expression | Query>([
      {
        ALT: () => {
          this.CONSUME(Sign.LeftParen);
          const query = this.SUBRULE(this.query);
          this.CONSUME(Sign.RightParen);
          return query;
        },
      },
      {
        ALT: () => {
          let path: Expression = { kind: 'name', name: this.CONSUME(Identifier).image };
          this.MANY(() => {
            path = this.SUBRULE(this.step, { ARGS: [path] });
          });
          return path;
        },
      },
    ]),
  );

  readonly groupByClause = this.RULE('groupByClause', (): Expression[] => {
    this.CONSUME(Word.Group);
    this.CONSUME(Word.By);
    return this.SUBRULE(this.expressions);
  });

  readonly orderByClause = this.RULE('orderByClause', (): OrderItem[] => {
    this.CONSUME(Word.Order);
    this.CONSUME(Word.By);
    const items: OrderItem[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: Sign.Comma,
      DEF: () => {
        const expression = this.SUBRULE(this.expression);
        const descending = this.OPTION(() =>
          this.OR([
            { ALT: () => this.CONSUME(Word.Asc) && false },
            { ALT: () => this.CONSUME(Word.Desc) && true },
          ]),
        );
        items.push({ expression, descending: descending ?? false });
      },
    });
    return items;
  });

  readonly expressions = this.RULE('expressions', (): Expression[] => {
    const list: Expression[] = [];
    this.AT_LEAST_ONE_SEP({ SEP: Sign.Comma, DEF: () => list.push(this.SUBRULE(this.expression)) });
    return list;
  });

  /** `a ? b : c` and `a ?? b`. */
  readonly expression = this.RULE('expression', (): Expression => {
    let left = this.SUBRULE(this.disjunction);
    this.MANY(() => {
      this.CONSUME(Sign.Coalesce);
      left = { kind: 'binary', operator: '??', left, right: this.SUBRULE1(this.disjunction) };
    });
    return (
      this.OPTION(() => {
        this.CONSUME(Sign.Question);
        const then = this.SUBRULE(this.expression);
        this.CONSUME(Sign.Colon);
        return { kind: 'conditional' as const, test: left, then, otherwise: this.SUBRULE2(this.expression) };
      }) ?? left
    );
  });

  readonly disjunction = this.RULE('disjunction', (): Expression => {
    let left = this.SUBRULE(this.conjunction);
    this.MANY(() => {
      this.CONSUME(Word.Or);
      left = { kind: 'binary', operator: 'OR', left, right: this.SUBRULE1(this.conjunction) };
    });
    return left;
  });

  readonly conjunction = this.RULE('conjunction', (): Expression => {
    let left = this.SUBRULE(this.negation);
    this.MANY(() => {
      this.CONSUME(Word.And);
      left = { kind: 'binary', operator: 'AND', left, right: this.SUBRULE1(this.negation) };
    });
    return left;
  });

  readonly negation = this.RULE(
    'negation',
    (): Expression =>
      this.oneOf<Expression>([
        {
          ALT: () => {
            this.CONSUME(Word.Not);
            return { kind: 'unary', operator: 'NOT', operand: this.SUBRULE(this.negation) };
          },
        },
        { ALT: () => this.SUBRULE(this.comparison) },
      ]),
  );

  readonly comparison = this.RULE('comparison', (): Expression => {
    let left = this.SUBRULE(this.bitOr);
    this.MANY(() => {
      left = this.oneOf<Expression>([
        {
          ALT: () => {
            const { image } = this.CONSUME(Sign.Comparison);
            const operator = (image === '<>' ? '!=' : image) as BinaryOperator;
            return { kind: 'binary', operator, left, right: this.SUBRULE1(this.bitOr) };
          },
        },
        {
          ALT: () => {
            const negated = this.OPTION(() => this.CONSUME(Word.Not)) !== undefined;
            const test = this.SUBRULE(this.membership, { ARGS: [left] });
            return negated ? { kind: 'unary', operator: 'NOT', operand: test } : test;
          },
        },
      ]);
    });
    return left;
  });

  /** What may follow a NOT after its operand: BETWEEN, IN, LIKE. */
  readonly membership = this.RULE(
    'membership',
    (value: Expression): Expression =>
      this.oneOf<Expression>([
        {
          ALT: () => {
            this.CONSUME(Word.Between);
            const low = this.SUBRULE(this.bitOr);
            this.CONSUME(Word.And);
            return { kind: 'between', value, low, high: this.SUBRULE1(this.bitOr) };
          },
        },
        {
          ALT: () => {
            this.CONSUME(Word.In);
            this.CONSUME(Sign.LeftParen);
            const list = this.SUBRULE(this.expressions);
            this.CONSUME(Sign.RightParen);
            return { kind: 'in', value, list };
          },
        },
        {
          ALT: () => {
            this.CONSUME(Word.Like);
            const pattern = this.SUBRULE2(this.bitOr);
            const escapedBy = this.OPTION(() => {
              this.CONSUME(Word.Escape);
              return this.SUBRULE3(this.bitOr);
            });
            return { kind: 'like', value, pattern, escapedBy };
          },
        },
      ]),
  );

  readonly bitOr = this.RULE(
    'bitOr',
    (): Expression =>
      this.chain(
        [Sign.BitOr],
        () => this.SUBRULE(this.bitXor),
        () => this.SUBRULE1(this.bitXor),
      ),
  );
  readonly bitXor = this.RULE(
    'bitXor',
    (): Expression =>
      this.chain(
        [Sign.BitXor],
        () => this.SUBRULE(this.bitAnd),
        () => this.SUBRULE1(this.bitAnd),
      ),
  );
  readonly bitAnd = this.RULE(
    'bitAnd',
    (): Expression =>
      this.chain(
        [Sign.BitAnd],
        () => this.SUBRULE(this.shift),
        () => this.SUBRULE1(this.shift),
      ),
  );
  readonly shift = this.RULE(
    'shift',
    (): Expression =>
      this.chain(
        [Sign.Shift],
        () => this.SUBRULE(this.sum),
        () => this.SUBRULE1(this.sum),
      ),
  );
  readonly sum = this.RULE(
    'sum',
    (): Expression =>
      this.chain(
        [Sign.Plus, Sign.Minus, Sign.Concat],
        () => this.SUBRULE(this.product),
        () => this.SUBRULE1(this.product),
      ),
  );
  readonly product = this.RULE(
    'product',
    (): Expression =>
      this.chain(
        [Sign.Star, Sign.Divide],
        () => this.SUBRULE(this.unary),
        () => this.SUBRULE1(this.unary),
      ),
  );

  readonly unary = this.RULE(
    'unary',
    (): Expression =>
      this.oneOf<Expression>([
        {
          ALT: () => {
            const sign = this.OR1([
              { ALT: () => this.CONSUME(Sign.Minus) },
              { ALT: () => this.CONSUME(Sign.Plus) },
              { ALT: () => this.CONSUME(Sign.BitNot) },
            ]);
            return {
              kind: 'unary',
              operator: sign.image as '-' | '+' | '~',
              operand: this.SUBRULE(this.unary),
            };
          },
        },
        { ALT: () => this.SUBRULE(this.path) },
      ]),
  );

  readonly path = this.RULE('path', (): Expression => {
    let result = this.SUBRULE(this.primary);
    this.MANY(() => {
      result = this.SUBRULE(this.step, { ARGS: [result] });
    });
    return result;
  });

  /** `.name` or `[expression]`. */
  readonly step = this.RULE(
    'step',
    (object: Expression): Expression =>
      this.oneOf<Expression>([
        {
          ALT: () => {
            this.CONSUME(Sign.Dot);
            return { kind: 'member', object, name: this.CONSUME(Name).image };
          },
        },
        {
          ALT: () => {
            this.CONSUME(Sign.LeftBracket);
            const index = this.SUBRULE(this.expression);
            this.CONSUME(Sign.RightBracket);
            return { kind: 'index', object, index };
          },
        },
      ]),
  );

  readonly primary = this.RULE(
    'primary',
    (): Expression =>
      this.oneOf<Expression>([
        { ALT: () => this.SUBRULE(this.literal) },
        { ALT: () => ({ kind: 'parameter', name: this.CONSUME(Parameter).image }) },
        { ALT: () => this.SUBRULE(this.nested) },
        { ALT: () => this.SUBRULE(this.parenthesized) },
        { ALT: () => this.SUBRULE(this.arrayLiteral) },
        { ALT: () => this.SUBRULE(this.objectLiteral) },
        { ALT: () => this.SUBRULE(this.nameOrCall) },
      ]),
  );

  readonly literal = this.RULE(
    'literal',
    (): Expression =>
      this.oneOf<Expression>([
        { ALT: () => ({ kind: 'literal', value: Number(this.CONSUME(NumberLiteral).image) }) },
        { ALT: () => ({ kind: 'literal', value: this.SUBRULE(this.text) }) },
        { ALT: () => this.constant(Word.True, true) },
        { ALT: () => this.constant(Word.False, false) },
        { ALT: () => this.constant(Word.Null, null) },
        { ALT: () => this.constant(Word.Undefined, undefined) },
      ]),
  );

  readonly text = this.RULE('text', (): string => {
    const token = this.CONSUME(StringLiteral);
    return this.ACTION(() => unquote(token));
  });

  /** `EXISTS (SELECT …)` and `ARRAY (SELECT …)`. */
  readonly nested = this.RULE('nested', (): Expression => {
    const form = this.OR([
      { ALT: () => this.CONSUME(Word.Exists) && ('EXISTS' as const) },
      { ALT: () => this.CONSUME(Word.Array) && ('ARRAY' as const) },
    ]);
    this.CONSUME(Sign.LeftParen);
    const query = this.SUBRULE(this.query);
    this.CONSUME(Sign.RightParen);
    return { kind: 'subquery', form, query };
  });

  readonly parenthesized = this.RULE('parenthesized', (): Expression => {
    this.CONSUME(Sign.LeftParen);
    const inner = this.oneOf<Expression>([
      { ALT: () => ({ kind: 'subquery', form: 'SCALAR', query: this.SUBRULE(this.query) }) },
      { ALT: () => this.SUBRULE(this.expression) },
    ]);
    this.CONSUME(Sign.RightParen);
    return inner;
  });

  readonly arrayLiteral = this.RULE('arrayLiteral', (): Expression => {
    const items: Expression[] = [];
    this.CONSUME(Sign.LeftBracket);
    this.MANY_SEP({ SEP: Sign.Comma, DEF: () => items.push(this.SUBRULE(this.expression)) });
    this.CONSUME(Sign.RightBracket);
    return { kind: 'array', items };
  });

  readonly objectLiteral = this.RULE('objectLiteral', (): Expression => {
    const members: { name: string; value: Expression }[] = [];
    this.CONSUME(Sign.LeftBrace);
    this.MANY_SEP({
      SEP: Sign.Comma,
      DEF: () => {
        const name = this.OR([
          { ALT: () => this.SUBRULE(this.text) },
          { ALT: () => this.CONSUME(Name).image },
        ]);
        this.CONSUME(Sign.Colon);
        members.push({ name, value: this.SUBRULE(this.expression) });
      },
    });
    this.CONSUME(Sign.RightBrace);
    return { kind: 'object', members };
  });

  readonly nameOrCall = this.RULE('nameOrCall', (): Expression => {
    const name = this.CONSUME(Identifier).image;
    return (
      this.OPTION(() => {
        const list: Expression[] = [];
        this.CONSUME(Sign.LeftParen);
        this.MANY_SEP({ SEP: Sign.Comma, DEF: () => list.push(this.SUBRULE(this.expression)) });
        this.CONSUME(Sign.RightParen);
        return { kind: 'call' as const, name: this.ACTION(() => name.toUpperCase()), arguments: list };
      }) ?? { kind: 'name', name }
    );
  });

  /** `OR` with the type of what it gives stated; once a rule. */
  private oneOf<T>(alternatives: IOrAlt<T>[]): T {
    return this.OR(alternatives);
  }

  private constant(token: TokenType, value: Json | undefined): Expression {
    this.CONSUME(token);
    return { kind: 'literal', value };
  }

  private chain(operators: TokenType[], first: () => Expression, next: () => Expression): Expression {
    let left = first();
    this.MANY(() => {
      const token = this.OR(operators.map((type, at) => ({ ALT: () => this.consume(at, type) })));
      left = { kind: 'binary', operator: token.image as BinaryOperator, left, right: next() };
    });
    return left;
  }
}

/** Items without an alias are named by the property they select, others `$1`, `$2`, … */
function nameItems(
  items: { expression: Expression; alias: string | undefined }[],
): { expression: Expression; alias: string }[] {
  let unnamed = 0;
  return items.map(({ expression, alias }) => {
    const own = alias ?? nameOf(expression);
    if (own !== undefined) return { expression, alias: own };
    unnamed += 1;
    return { expression, alias: `$${unnamed}` };
  });
}

function nameOf(expression: Expression | Query): string | undefined {
  if (expression.kind === 'name' || expression.kind === 'member') return expression.name;
  if (
    expression.kind === 'index' &&
    expression.index.kind === 'literal' &&
    typeof expression.index.value === 'string'
  ) {
    return expression.index.value;
  }
  return undefined;
}

const ESCAPES: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

function unquote(token: IToken): string {
  return token.image
    .slice(1, -1)
    .replace(/\\(?:u([0-9A-Fa-f]{4})|([\s\S]))/g, (_, hex: string | undefined, character: string) =>
      hex === undefined ? (ESCAPES[character] ?? character) : String.fromCharCode(Number.parseInt(hex, 16)),
    );
}

const parser = new QueryParser();
