/** A file of Bicep as plain data. Lines count from 1. */
export type BicepDocument = {
  /** Path from the root of the repository. */
  readonly file: string;
  readonly targetScope: string;
  /** What `using` of a .bicepparam names. */
  readonly using: { readonly path: string; readonly line: number } | undefined;
  readonly imports: readonly Import[];
  readonly parameters: readonly Parameter[];
  readonly variables: readonly Variable[];
  readonly types: readonly TypeDeclaration[];
  readonly functions: readonly FunctionDeclaration[];
  readonly resources: readonly Resource[];
  readonly modules: readonly Module[];
  readonly outputs: readonly Output[];
};

type Declared = { readonly name: string; readonly line: number };

export type Parameter = Declared & {
  readonly type: TypeNode;
  readonly default: Expression | undefined;
  readonly decorators: readonly Call[];
};
export type Variable = Declared & { readonly value: Expression; readonly decorators: readonly Call[] };
export type TypeDeclaration = Declared & { readonly type: TypeNode };
export type FunctionDeclaration = Declared & {
  readonly parameters: readonly string[];
  readonly body: Expression;
};
export type Output = Declared & {
  readonly type: TypeNode;
  readonly value: Expression;
  readonly decorators: readonly Call[];
};
export type Import = Declared & { readonly from: string; readonly imported: string };

export type Resource = Declared & {
  /** Such as `Microsoft.ServiceBus/namespaces`; of a resource inside another one, the last segment alone may be written. */
  readonly type: string;
  readonly apiVersion: string;
  readonly existing: boolean;
  /** The resource it is written in. */
  readonly within: string | undefined;
  readonly body: Body;
  readonly decorators: readonly Call[];
};

export type Module = Declared & {
  readonly path: string;
  readonly body: Body;
  readonly decorators: readonly Call[];
};

/** What follows the `=` of a resource or module, taken apart. */
export type Body = {
  readonly loop: Loop | undefined;
  readonly condition: Expression | undefined;
  readonly properties: ObjectLiteral;
};

export type Loop = {
  readonly item: string;
  readonly index: string | undefined;
  readonly of: Expression;
};

export type TypeNode =
  | { readonly kind: 'named'; readonly name: string; readonly line: number }
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'union'; readonly of: readonly TypeNode[] }
  | { readonly kind: 'array'; readonly of: TypeNode }
  | { readonly kind: 'nullable'; readonly of: TypeNode }
  | {
      readonly kind: 'object';
      readonly fields: Readonly<Record<string, TypeNode>>;
      readonly others: boolean;
    };

type Node<Kind extends string, Rest> = { readonly kind: Kind; readonly line: number } & Readonly<Rest>;

export type ObjectLiteral = Node<'object', { properties: readonly Property[] }>;
export type Property = {
  readonly name: string | Expression;
  readonly value: Expression;
  readonly line: number;
};
/** `target` is what a function is called on: a resource (`vault.getSecret('x')`) or a namespace (`sys.max(1, 2)`). */
export type Call = Node<
  'call',
  { name: string; target: Expression | undefined; arguments: readonly Expression[] }
>;

export type Expression =
  | Node<'literal', { value: string | number | boolean | null }>
  | Node<'interpolated', { parts: readonly Expression[] }>
  | ObjectLiteral
  | Node<'array', { items: readonly Expression[] }>
  | Node<'for', { loop: Loop; condition: Expression | undefined; body: Expression }>
  | Node<'symbol', { name: string }>
  | Node<'member', { of: Expression; name: string; safe: boolean }>
  | Node<'index', { of: Expression; index: Expression; safe: boolean }>
  | Node<'nested', { of: Expression; name: string }>
  | Call
  | Node<'lambda', { parameters: readonly string[]; body: Expression }>
  | Node<'ternary', { condition: Expression; then: Expression; otherwise: Expression }>
  | Node<'binary', { operator: string; left: Expression; right: Expression }>
  | Node<'unary', { operator: string; of: Expression }>;

/** Whether what a function is called on is a namespace of Bicep's own. */
export function isNamespace(target: Expression): boolean {
  return target.kind === 'symbol' && (target.name === 'sys' || target.name === 'az');
}

/** What an expression is made of, one level down. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'literal':
    case 'symbol':
      return [];
    case 'interpolated':
      return expression.parts;
    case 'object':
      return expression.properties.flatMap(({ name, value }) =>
        typeof name === 'string' ? [value] : [name, value],
      );
    case 'array':
      return expression.items;
    case 'for':
      return [expression.loop.of, ...(expression.condition ? [expression.condition] : []), expression.body];
    case 'member':
    case 'nested':
    case 'unary':
      return [expression.of];
    case 'index':
      return [expression.of, expression.index];
    case 'call':
      return [...(expression.target ? [expression.target] : []), ...expression.arguments];
    case 'lambda':
      return [expression.body];
    case 'ternary':
      return [expression.condition, expression.then, expression.otherwise];
    case 'binary':
      return [expression.left, expression.right];
  }
}
