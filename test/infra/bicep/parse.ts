import { createRequire } from 'node:module';
import { Language, type Node, Parser } from 'web-tree-sitter';
import type { Finding } from '../finding.ts';
import { layoutFindings } from './layout.ts';

await Parser.init();
const grammar = createRequire(import.meta.url).resolve('tree-sitter-bicep/tree-sitter-bicep.wasm');
const parser = new Parser().setLanguage(await Language.load(grammar));

/**
 * The syntax tree of a file, and what is wrong with it. The grammar (tree-sitter-bicep 1.1.0) takes line breaks for spaces,
 * which Bicep does not, so they are looked at too.
 *
 * @param file path from the root of the repository; `.bicepparam` is read as such
 */
export function parseBicep(file: string, text: string): { root: Node; findings: readonly Finding[] } {
  const tree = parser.parse(file.endsWith('.bicepparam') ? asVariables(text) : text);
  if (!tree) throw new Error(`${file} was not parsed: the parser was stopped`);
  const root = tree.rootNode;
  const errors = root.hasError ? syntaxErrors(root) : layoutFindings(root);
  return { root, findings: errors.map(({ line, message }) => ({ file, line, message })) };
}

/** The grammar knows no assignments to parameters. A variable reads the same, and keeps its place. */
function asVariables(text: string): string {
  return text.replaceAll(/^param(?=\s+\w+\s*=)/gm, 'var  ');
}

/** The innermost errors: what surrounds one is in error because of it. */
function syntaxErrors(node: Node): { line: number; message: string }[] {
  const inner = node.children.filter((child) => child.hasError).flatMap(syntaxErrors);
  if (inner.length > 0) return inner;
  const line = node.startPosition.row + 1;
  if (node.isMissing) return [{ line, message: `does not parse: ${node.type} is missing` }];
  const text = node.text.split('\n', 1)[0]?.trim().slice(0, 60);
  const cause = node.text.includes('...')
    ? ' (the grammar does not know the spread operator: use union())'
    : '';
  return [{ line, message: `does not parse at \`${text}\`${cause}` }];
}
