import type { Node } from 'web-tree-sitter';

type LayoutFinding = { line: number; message: string };

/**
 * Where Bicep wants a line break and there is none, or has one where it takes none. Bicep's own parser is the source
 * (`Parser.cs`, `BaseParser.cs` of Azure/bicep): statements end with their line; members of an object and items of an array are
 * parted by line breaks or commas; within an expression a line may end after `(`, `[`, `{`, `,` and `=>`, before what closes
 * them, and before the `?` and `:` of a ternary.
 */
export function layoutFindings(root: Node): LayoutFinding[] {
  return [...unparted(root), ...broken(root)];
}

const PARTED = new Map([
  ['infrastructure', 'a statement begins on the line on which another ends'],
  ['object', 'members of an object are parted by line breaks or commas'],
  ['array', 'items of an array are parted by line breaks or commas'],
]);

function unparted(node: Node): LayoutFinding[] {
  const inner = node.children.flatMap(unparted);
  const message = PARTED.get(node.type);
  if (!message) return inner;
  const members = node.children.filter((child) => child.type !== 'comment');
  const found = members.slice(1).filter((child, index) => {
    const before = members[index];
    if (!child.isNamed || !before?.isNamed || child.startIndex === before.endIndex) return false;
    return child.startPosition.row === endRow(before);
  });
  return [...inner, ...found.map((child) => ({ line: child.startPosition.row + 1, message }))];
}

const MAY_FOLLOW = new Set(['(', '[', '{', ',', '=>', "'''"]);
const MAY_PRECEDE = new Set([')', ']', '}', '?', ':', '|']);

function broken(root: Node): LayoutFinding[] {
  const tokens = tokensOf(root);
  return tokens.slice(1).flatMap((token, index) => {
    const before = tokens[index];
    if (!before || token.startPosition.row === before.endPosition.row) return [];
    if (MAY_FOLLOW.has(before.type) || MAY_PRECEDE.has(token.type) || begins(token)) return [];
    return [
      { line: token.startPosition.row + 1, message: `no line break may stand before \`${token.text}\`` },
    ];
  });
}

/** Whether the token is the first of a statement, a member or an item, which the line before does not go on with. */
function begins(token: Node): boolean {
  for (let node: Node | null = token; node?.parent; node = node.parent) {
    if (PARTED.has(node.parent.type) || node.parent.type === 'decorators') return true;
    if (node.parent.type === 'for_statement' && node.type !== '[') return afterColon(node);
    if (node.parent.startIndex !== node.startIndex) return node.previousSibling?.type === 'decorators';
  }
  return true;
}

/** The body of a loop may begin on a line of its own. */
function afterColon(node: Node): boolean {
  return node.previousSibling?.type === ':';
}

function tokensOf(node: Node): Node[] {
  if (node.type === 'comment' || node.type === 'diagnostic_comment') return [];
  if (node.type === 'string' || node.childCount === 0) return [node];
  return node.children.flatMap(tokensOf);
}

/** A statement of the grammar may take in the line break behind it. */
function endRow(node: Node): number {
  return node.endPosition.column === 0 ? node.endPosition.row - 1 : node.endPosition.row;
}
