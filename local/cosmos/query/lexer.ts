import { createToken, type ITokenConfig, Lexer, type TokenType } from 'chevrotain';

/** Category of everything that may stand where a property name does: identifiers and keywords. */
export const Name = createToken({ name: 'Name', pattern: Lexer.NA });

export const Identifier = createToken({
  name: 'Identifier',
  pattern: /[A-Za-z_][A-Za-z0-9_]*/,
  categories: [Name],
});

function keyword(word: string): TokenType {
  return createToken({
    name: word,
    pattern: new RegExp(word, 'i'),
    longer_alt: Identifier,
    categories: [Name],
  });
}

function symbol(name: string, pattern: ITokenConfig['pattern'] & (string | RegExp)): TokenType {
  return createToken({ name, pattern });
}

/** The reserved words. */
export const Word = {
  Select: keyword('SELECT'),
  Distinct: keyword('DISTINCT'),
  Top: keyword('TOP'),
  Value: keyword('VALUE'),
  As: keyword('AS'),
  From: keyword('FROM'),
  In: keyword('IN'),
  Join: keyword('JOIN'),
  Where: keyword('WHERE'),
  Not: keyword('NOT'),
  And: keyword('AND'),
  Or: keyword('OR'),
  Between: keyword('BETWEEN'),
  Like: keyword('LIKE'),
  Escape: keyword('ESCAPE'),
  Exists: keyword('EXISTS'),
  Array: keyword('ARRAY'),
  Group: keyword('GROUP'),
  Order: keyword('ORDER'),
  By: keyword('BY'),
  Asc: keyword('ASC'),
  Desc: keyword('DESC'),
  Offset: keyword('OFFSET'),
  Limit: keyword('LIMIT'),
  True: keyword('TRUE'),
  False: keyword('FALSE'),
  Null: keyword('NULL'),
  Undefined: keyword('UNDEFINED'),
};

/** Signs and operators. */
export const Sign = {
  Coalesce: symbol('Coalesce', '??'),
  Question: symbol('Question', '?'),
  Colon: symbol('Colon', ':'),
  Comma: symbol('Comma', ','),
  Dot: symbol('Dot', '.'),
  LeftParen: symbol('LeftParen', '('),
  RightParen: symbol('RightParen', ')'),
  LeftBracket: symbol('LeftBracket', '['),
  RightBracket: symbol('RightBracket', ']'),
  LeftBrace: symbol('LeftBrace', '{'),
  RightBrace: symbol('RightBrace', '}'),
  Comparison: symbol('Comparison', /!=|<>|<=|>=(?!>)|=|<(?!<)|>(?!>)/),
  Shift: symbol('Shift', /<<|>>>|>>/),
  Concat: symbol('Concat', '||'),
  BitOr: symbol('BitOr', '|'),
  BitXor: symbol('BitXor', '^'),
  BitAnd: symbol('BitAnd', '&'),
  BitNot: symbol('BitNot', '~'),
  Plus: symbol('Plus', '+'),
  Minus: symbol('Minus', '-'),
  Star: symbol('Star', '*'),
  Divide: symbol('Divide', /[/%]/),
};

export const NumberLiteral = createToken({
  name: 'Number',
  pattern: /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/,
});
export const StringLiteral = createToken({
  name: 'String',
  pattern: /"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'/,
});
export const Parameter = createToken({ name: 'Parameter', pattern: /@[A-Za-z_][A-Za-z0-9_]*/ });

const Space = createToken({
  name: 'Space',
  pattern: /\s+|--[^\n]*|\/\*[\s\S]*?\*\//,
  group: Lexer.SKIPPED,
  line_breaks: true,
});

/** All tokens, in the order in which they are tried. */
export const TOKENS: TokenType[] = [
  Space,
  NumberLiteral,
  StringLiteral,
  Parameter,
  // The longer first: ASC before AS.
  ...Object.values(Word).sort((a, b) => b.name.length - a.name.length),
  Identifier,
  ...Object.values(Sign),
  Name,
];

/** Splits query text into tokens. */
export const lexer = new Lexer(TOKENS, { positionTracking: 'onlyOffset' });
