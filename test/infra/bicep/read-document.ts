import type { Node } from 'web-tree-sitter';
import type { BicepDocument, Body, Call, Import, Resource } from './document.ts';
import {
  expectNode,
  isCode,
  lineOf,
  readExpression,
  readFor,
  readIf,
  readObject,
} from './read-expression.ts';
import { readType } from './read-type.ts';

/** The declarations of a file that parses. */
export function readDocument(file: string, root: Node): BicepDocument {
  const statements = withDecorators(root);
  const of = (type: string) => statements.filter(({ node }) => node.type === type);
  const scope = of('target_scope_assignment')[0]?.node;
  const using = of('using_statement')[0]?.node;
  return {
    file,
    targetScope: scope ? stringOf(scope) : 'resourceGroup',
    using: using && { path: stringOf(using), line: lineOf(using) },
    imports: of('import_functionality').flatMap(({ node }) => readImports(node)),
    parameters: of('parameter_declaration').map(({ node, decorators }) => {
      const [, type, value] = codeOf(node);
      return {
        ...named(node),
        type: readType(expectNode(node, type)),
        default: value && readExpression(value),
        decorators,
      };
    }),
    variables: of('variable_declaration').map(({ node, decorators }) => ({
      ...named(node),
      value: readExpression(expectNode(node, codeOf(node)[1])),
      decorators,
    })),
    types: of('type_declaration').map(({ node }) => ({
      ...named(node),
      type: readType(expectNode(node, codeOf(node)[1])),
    })),
    functions: of('user_defined_function').map(({ node }) => readFunction(node)),
    resources: of('resource_declaration').flatMap(({ node, decorators }) =>
      readResources(node, decorators, undefined),
    ),
    modules: of('module_declaration').map(({ node, decorators }) => ({
      ...named(node),
      path: stringOf(node),
      body: readBody(node),
      decorators,
    })),
    outputs: of('output_declaration').map(({ node, decorators }) => {
      const [, type, value] = codeOf(node);
      return {
        ...named(node),
        type: readType(expectNode(node, type)),
        value: readExpression(expectNode(node, value)),
        decorators,
      };
    }),
  };
}

type Statement = { readonly node: Node; readonly decorators: readonly Call[] };

/** Decorators stand before what they are for. */
function withDecorators(parent: Node): Statement[] {
  let decorators: readonly Call[] = [];
  return parent.namedChildren.filter(isCode).flatMap((node): Statement[] => {
    if (node.type === 'decorators') {
      decorators = node.namedChildren.flatMap(readDecorator);
      return [];
    }
    const statement = { node, decorators };
    decorators = [];
    return [statement];
  });
}

function readDecorator(node: Node): Call[] {
  const call = readExpression(expectNode(node, node.namedChild(0)));
  return call.kind === 'call' ? [call] : [];
}

function readImports(node: Node): Import[] {
  const line = lineOf(node);
  const from = stringOf(node);
  if (node.children.some((child) => child.text === '*')) {
    return [
      { name: expectNode(node, node.namedChildren.findLast(isIdentifier)).text, imported: '*', from, line },
    ];
  }
  // `{ a as b, c }`: a name behind `as` is what the name before it is called here.
  const words = node.children.filter((child) => isIdentifier(child) || child.type === 'as');
  return words.flatMap((word, index): Import[] => {
    if (word.type === 'as' || words[index + 1]?.type === 'as') return [];
    const imported = words[index - 1]?.type === 'as' ? words[index - 2]?.text : word.text;
    return [{ name: word.text, imported: imported ?? word.text, from, line }];
  });
}

function readFunction(node: Node) {
  const name = expectNode(node, node.childForFieldName('name'));
  const parameters = expectNode(
    node,
    node.namedChildren.find((child) => child.type === 'parameters'),
  );
  return {
    name: name.text,
    line: lineOf(node),
    parameters: parameters.namedChildren.filter(isCode).map((one) => expectNode(one, one.namedChild(0)).text),
    body: readExpression(expectNode(node, codeOf(node).at(-1))),
  };
}

/** A resource, and those written in it. */
function readResources(node: Node, decorators: readonly Call[], within: string | undefined): Resource[] {
  const [type = '', apiVersion = ''] = stringOf(node).split('@');
  const resource = {
    ...named(node),
    type,
    apiVersion,
    existing: node.children.some((child) => child.type === 'existing'),
    within,
    body: readBody(node),
    decorators,
  };
  const inner = withDecorators(bodyNode(node).object)
    .filter(
      (one) => one.node.type === 'object_property' && one.node.namedChild(0)?.type === 'resource_declaration',
    )
    .flatMap((one) =>
      readResources(expectNode(one.node, one.node.namedChild(0)), one.decorators, resource.name),
    );
  return [resource, ...inner];
}

function readBody(node: Node): Body {
  const { object, loop, condition } = bodyNode(node);
  return { loop, condition, properties: readObject(object) };
}

function bodyNode(declaration: Node): Pick<Body, 'loop' | 'condition'> & { object: Node } {
  const node = expectNode(declaration, codeOf(declaration).at(-1));
  if (node.type === 'for_statement') {
    const { loop, condition, body } = readFor(node);
    return { loop, condition, object: body };
  }
  if (node.type !== 'if_statement') return { loop: undefined, condition: undefined, object: node };
  const { condition, body } = readIf(node);
  return { loop: undefined, condition, object: body };
}

function named(node: Node): { name: string; line: number } {
  return { name: expectNode(node, node.namedChildren.find(isIdentifier)).text, line: lineOf(node) };
}

/** The first string of a statement: a type, a path or a scope. */
function stringOf(node: Node): string {
  return expectNode(
    node,
    node.namedChildren.find((child) => child.type === 'string'),
  ).text.slice(1, -1);
}

function codeOf(node: Node): Node[] {
  return node.namedChildren.filter(isCode);
}

function isIdentifier(node: Node): boolean {
  return node.type === 'identifier';
}
