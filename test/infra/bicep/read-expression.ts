import type { Node } from 'web-tree-sitter';
import type { Call, Expression, Loop, ObjectLiteral, Property } from './document.ts';
import { groupOperators, type Part } from './group-operators.ts';

/** An expression of the syntax tree as plain data. */
export function readExpression(node: Node): Expression {
  return groupOperators(flatten(node));
}

/**
 * Operands and operators as they are written. How the grammar groups them is not how Bicep does (`a == b.c` comes as
 * `(a == b).c`), but their order is right.
 *
 * @param goesOn whether an operand stands right before it, which it then is an index or the arguments of
 */
function flatten(node: Node, goesOn = false): Part[] {
  const line = lineOf(node);
  switch (node.type) {
    case 'binary_expression':
      return [...flatten(field(node, 'left'), goesOn), binary(node), ...flatten(field(node, 'right'))];
    case 'unary_expression':
      return [
        { part: 'prefix', operator: field(node, 'operator').text, line },
        ...flatten(field(node, 'argument')),
      ];
    case 'ternary_expression':
      return [
        ...flatten(field(node, 'condition'), goesOn),
        { part: 'question' },
        ...flatten(field(node, 'consequence')),
        { part: 'colon' },
        ...flatten(field(node, 'alternative')),
      ];
    case 'lambda_expression': {
      const [parameters, body] = node.namedChildren;
      return [
        { part: 'lambda', parameters: lambdaParameters(expectNode(node, parameters)), line },
        ...flatten(expectNode(node, body)),
      ];
    }
    case 'member_expression':
      return [
        ...flatten(field(node, 'object'), goesOn),
        postfix((of) => {
          const safe = node.children.some((child) => child.type === '.?');
          return { kind: 'member', of, name: field(node, 'property').text, safe, line };
        }),
      ];
    case 'subscript_expression': {
      const safe = node.children.some((child) => child.type === '?');
      const index = readExpression(field(node, 'index'));
      return [
        ...flatten(field(node, 'object'), goesOn),
        postfix((of) => ({ kind: 'index', of, index, safe, line })),
      ];
    }
    case 'resource_expression': {
      const name = field(node, 'resource').text;
      return [
        ...flatten(field(node, 'object'), goesOn),
        postfix((of) => ({ kind: 'nested', of, name, line })),
      ];
    }
    case 'call_expression': {
      const values = field(node, 'arguments')
        .namedChildren.filter(isCode)
        .map((one) => readExpression(one));
      return [...flatten(field(node, 'function'), goesOn), postfix((of) => call(of, values))];
    }
    default:
      return [goesOn ? asPostfix(node) : { part: 'operand', expression: readOperand(node) }];
  }
}

/** `[b]` of `a[b]`, and `(b)` of `a(b)`. */
function asPostfix(node: Node): Part {
  const line = lineOf(node);
  const values = node.namedChildren.filter(isCode).map((one) => readExpression(one));
  if (node.type === 'parenthesized_expression') return postfix((of) => call(of, values));
  const [index] = values;
  if (node.type !== 'array' || !index)
    throw new SyntaxError(`line ${line}: ${node.type} follows without a gap`);
  return postfix((of) => ({ kind: 'index', of, index, safe: false, line }));
}

function binary(node: Node): Part {
  return { part: 'infix', operator: field(node, 'operator').text, line: lineOf(node) };
}

function postfix(apply: (of: Expression) => Expression): Part {
  return { part: 'postfix', apply };
}

function call(callee: Expression, values: readonly Expression[]): Call {
  const { line } = callee;
  if (callee.kind === 'symbol')
    return { kind: 'call', name: callee.name, target: undefined, arguments: values, line };
  if (callee.kind === 'member')
    return { kind: 'call', name: callee.name, target: callee.of, arguments: values, line };
  throw new SyntaxError(`line ${line}: what is called has no name`);
}

function lambdaParameters(node: Node): string[] {
  return node.type === 'identifier' ? [node.text] : node.namedChildren.map(({ text }) => text);
}

function readOperand(node: Node): Expression {
  const line = lineOf(node);
  switch (node.type) {
    case 'identifier':
      return { kind: 'symbol', name: node.text, line };
    case 'string':
      return readString(node);
    case 'number':
      return { kind: 'literal', value: Number(node.text), line };
    case 'boolean':
      return { kind: 'literal', value: node.text === 'true', line };
    case 'null':
      return { kind: 'literal', value: null, line };
    case 'object':
      return readObject(node);
    case 'array':
      return { kind: 'array', items: itemParts(node).map(groupOperators), line };
    case 'for_statement': {
      const { loop, condition, body } = readFor(node);
      return { kind: 'for', loop, condition, body: readExpression(body), line };
    }
    case 'parenthesized_expression':
      return readExpression(expectNode(node, node.namedChildren.find(isCode)));
    default:
      throw new SyntaxError(`line ${line}: ${node.type} is no expression`);
  }
}

/** The grammar may take `[a[b]]` for two items, `a` and `[b]`: what follows an item without a gap belongs to it. */
function itemParts(array: Node): Part[][] {
  const read: Part[][] = [];
  let end = -1;
  for (const item of array.namedChildren.filter(isCode)) {
    if (item.startIndex === end) read.at(-1)?.push(...flatten(item, true));
    else read.push(flatten(item));
    end = item.endIndex;
  }
  return read;
}

/** A loop, and the node of its body. A condition on its items comes with a resource or module only. */
export function readFor(node: Node): { loop: Loop; condition: Expression | undefined; body: Node } {
  const body = field(node, 'body');
  const named = node.namedChildren.filter(isCode);
  const variables = named[0];
  const of = readExpression(expectNode(node, named[1]));
  const names =
    variables?.type === 'for_loop_parameters'
      ? variables.namedChildren.map(({ text }) => text)
      : [variables?.text];
  const loop = { item: names[0] ?? '', index: names[1], of };
  if (body.type !== 'if_statement') return { loop, condition: undefined, body };
  const { condition, body: inner } = readIf(body);
  return { loop, condition, body: inner };
}

/** A condition, and the node of what it is for. */
export function readIf(node: Node): { condition: Expression; body: Node } {
  const [condition, body] = node.namedChildren.filter(isCode);
  return { condition: readExpression(expectNode(node, condition)), body: expectNode(node, body) };
}

/** The properties of an object; resources written in it are no properties, see `readResources`. */
export function readObject(node: Node): ObjectLiteral {
  const properties = node.namedChildren
    .filter(
      (child) => child.type === 'object_property' && child.namedChild(0)?.type !== 'resource_declaration',
    )
    .map((property): Property => {
      const [name, value] = property.namedChildren.filter(isCode);
      return {
        name: propertyName(expectNode(property, name)),
        value: readExpression(expectNode(property, value)),
        line: lineOf(property),
      };
    });
  return { kind: 'object', properties, line: lineOf(node) };
}

function propertyName(node: Node): string | Expression {
  if (node.type !== 'string') return node.text;
  const read = readString(node);
  return read.kind === 'literal' ? String(read.value) : read;
}

/** Read from the text: the grammar leaves out blanks and some escapes. */
function readString(node: Node): Expression {
  const line = lineOf(node);
  const { text } = node;
  if (text.startsWith("'''")) {
    return { kind: 'literal', value: text.slice(3, -3).replace(/^\r?\n/, ''), line };
  }
  const parts: Expression[] = [];
  let from = 1;
  const literal = (to: number) => {
    if (to > from) parts.push({ kind: 'literal', value: unescaped(text.slice(from, to)), line });
  };
  for (const inner of node.namedChildren.filter((child) => child.type === 'interpolation')) {
    literal(inner.startIndex - node.startIndex);
    parts.push(readExpression(expectNode(inner, inner.namedChildren.find(isCode))));
    from = inner.endIndex - node.startIndex;
  }
  literal(text.length - 1);
  const [only] = parts;
  if (!only) return { kind: 'literal', value: '', line };
  return parts.length === 1 && only.kind === 'literal' ? only : { kind: 'interpolated', parts, line };
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

function unescaped(text: string): string {
  return text.replaceAll(/\\(?:u\{([0-9a-fA-F]+)\}|(.))/g, (_all, code: string | undefined, one: string) =>
    code ? String.fromCodePoint(Number.parseInt(code, 16)) : (ESCAPES[one] ?? one),
  );
}

/** Not a comment. */
export function isCode(node: Node): boolean {
  return node.type !== 'comment' && node.type !== 'diagnostic_comment';
}

export function lineOf(node: Node): number {
  return node.startPosition.row + 1;
}

function field(node: Node, name: string): Node {
  return expectNode(node, node.childForFieldName(name));
}

/** @throws {SyntaxError} when it is not there, which the grammar rules out */
export function expectNode(parent: Node, node: Node | null | undefined): Node {
  if (!node) throw new SyntaxError(`line ${lineOf(parent)}: a part of ${parent.type} is missing`);
  return node;
}
