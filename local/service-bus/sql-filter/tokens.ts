import { createToken, Lexer, type TokenType } from 'chevrotain';

const identifier = createToken({ name: 'Identifier', pattern: /[A-Za-z_][A-Za-z0-9_]*/ });

function keyword(word: string): TokenType {
  return createToken({ name: word, pattern: new RegExp(word, 'i'), longer_alt: identifier });
}

function symbol(name: string, pattern: string): TokenType {
  return createToken({ name, pattern });
}

/** The words and signs of a Service Bus SQL filter. Keywords have no case. */
export const token = {
  space: createToken({ name: 'Space', pattern: /\s+/, group: Lexer.SKIPPED }),
  and: keyword('AND'),
  or: keyword('OR'),
  not: keyword('NOT'),
  in: keyword('IN'),
  is: keyword('IS'),
  null: keyword('NULL'),
  like: keyword('LIKE'),
  escape: keyword('ESCAPE'),
  exists: keyword('EXISTS'),
  true: keyword('TRUE'),
  false: keyword('FALSE'),
  identifier,
  bracketed: createToken({ name: 'BracketedIdentifier', pattern: /\[(?:[^\]]|\]\])+\]/ }),
  quoted: createToken({ name: 'QuotedIdentifier', pattern: /"(?:[^"]|"")+"/ }),
  parameter: createToken({ name: 'Parameter', pattern: /@[A-Za-z_][A-Za-z0-9_]*/ }),
  text: createToken({ name: 'Text', pattern: /'(?:[^']|'')*'/ }),
  number: createToken({ name: 'Number', pattern: /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/ }),
  lessOrEqual: symbol('LessOrEqual', '<='),
  greaterOrEqual: symbol('GreaterOrEqual', '>='),
  unequal: createToken({ name: 'Unequal', pattern: /<>|!=/ }),
  less: symbol('Less', '<'),
  greater: symbol('Greater', '>'),
  equal: symbol('Equal', '='),
  plus: symbol('Plus', '+'),
  minus: symbol('Minus', '-'),
  times: symbol('Times', '*'),
  divide: symbol('Divide', '/'),
  modulo: symbol('Modulo', '%'),
  open: symbol('Open', '('),
  close: symbol('Close', ')'),
  comma: symbol('Comma', ','),
  dot: symbol('Dot', '.'),
} as const;

/** All tokens, in the order in which they are tried. */
export const tokens: TokenType[] = Object.values(token);
