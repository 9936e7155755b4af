import type { Node } from 'web-tree-sitter';
import type { TypeNode } from './document.ts';
import { expectNode, isCode, lineOf, readExpression } from './read-expression.ts';

/** The type of a parameter, an output or a type declaration, as plain data. */
export function readType(node: Node): TypeNode {
  const parts = node.namedChildren.filter(isCode);
  const only = () => readType(expectNode(node, parts[0]));
  switch (node.type) {
    case 'type':
    case 'parenthesized_type':
    case 'parenthesized_expression':
      return only();
    case 'array_type':
      return { kind: 'array', of: only() };
    case 'nullable_type':
    case 'compatible_identifier':
      return { kind: 'nullable', of: only() };
    case 'union_type':
      return { kind: 'union', of: parts.map(readType) };
    case 'object':
      return readObjectType(node);
    case 'string':
    case 'number':
    case 'boolean':
    case 'null': {
      const literal = readExpression(node);
      if (literal.kind === 'literal') return { kind: 'literal', value: literal.value };
      throw new SyntaxError(`line ${lineOf(node)}: a type cannot be made of values`);
    }
    default:
      return { kind: 'named', name: node.text, line: lineOf(node) };
  }
}

function readObjectType(node: Node): TypeNode {
  const properties = node.namedChildren.filter((child) => child.type === 'object_property');
  const pairs = properties.map((property) => property.namedChildren.filter(isCode));
  const fields = pairs.flatMap(([name, type]) =>
    name && type ? [[textOf(name), readType(type)] as const] : [],
  );
  return { kind: 'object', fields: Object.fromEntries(fields), others: pairs.some(([, type]) => !type) };
}

function textOf(node: Node): string {
  return node.type === 'string' ? node.text.slice(1, -1) : node.text;
}
