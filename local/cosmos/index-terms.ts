import { isObject, type Json } from './json.ts';

/** Which paths of an item are indexed; the parts of the service's indexing policy that matter here. */
export type IndexingPolicy = {
  indexingMode: 'consistent' | 'none';
  automatic: boolean;
  includedPaths: { path: string }[];
  excludedPaths: { path: string }[];
  compositeIndexes?: { path: string; order?: 'ascending' | 'descending' | undefined }[][] | undefined;
};

/** A node of the tree of policy paths: what applies to everything below (`/*`) and to a scalar right here (`/?`). */
export type PathNode = { below?: boolean; here?: boolean; children: Map<string, PathNode> };

/**
 * Compiles a policy for `indexTerms` and `isIndexed`. A longer path wins over a shorter one and `/?` over `/*`, as in the service's
 * "Indexing policies" page; arrays are the segment `[]`.
 */
export function compileIndexingPolicy(policy: IndexingPolicy): PathNode {
  const root: PathNode = { children: new Map() };
  if (policy.indexingMode === 'none') return root;
  for (const { path } of policy.includedPaths) setPath(root, path, true);
  for (const { path } of policy.excludedPaths) setPath(root, path, false);
  return root;
}

function setPath(root: PathNode, path: string, included: boolean): void {
  let node = root;
  const segments = path.split('/').slice(1);
  const last = segments.pop();
  for (const segment of segments) {
    const name = segment.replace(/^(["'])(.*)\1$/, '$2');
    let child = node.children.get(name);
    if (child === undefined) {
      child = { children: new Map() };
      node.children.set(name, child);
    }
    node = child;
  }
  if (last === '?') node.here = included;
  else node.below = included;
}

/** True when the policy indexes the scalar at `segments`. */
export function isIndexed(root: PathNode, segments: readonly string[]): boolean {
  let included = root.below ?? false;
  let node: PathNode | undefined = root;
  for (const segment of segments) {
    node = node?.children.get(segment);
    included = node?.below ?? included;
  }
  return node?.here ?? included;
}

/**
 * The index terms of an item: one for each distinct pair of indexed path and scalar value, as 32-bit hashes. System properties do not
 * count. Their number prices writes (`request-charge.ts`).
 */
export function indexTerms(item: Json, root: PathNode): Int32Array {
  const terms = new Set<number>();
  collect(item, root, root.below ?? false, 0x811c9dc5, terms);
  return Int32Array.from(terms);
}

function collect(
  value: Json,
  node: PathNode | undefined,
  inherited: boolean,
  path: number,
  terms: Set<number>,
): void {
  const below = node?.below ?? inherited;
  if (Array.isArray(value)) {
    const child = node?.children.get('[]');
    if (child === undefined && !below) return;
    for (const element of value) collect(element, child, below, hashText(path, '[]'), terms);
  } else if (isObject(value)) {
    for (const name of below ? Object.keys(value) : (node?.children.keys() ?? [])) {
      const member = Object.hasOwn(value, name) ? value[name] : undefined;
      if (member !== undefined) collect(member, node?.children.get(name), below, hashText(path, name), terms);
    }
  } else if (node?.here ?? below) {
    terms.add(hashText(hashText(path, typeof value), String(value)) | 0);
  }
}

/** FNV-1a over UTF-16 units, closed by a separator. */
function hashText(seed: number, text: string): number {
  let hash = seed;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return Math.imul(hash ^ 0x2f, 0x01000193);
}

/** The terms as the bytes that are stored with the item. */
export function packTerms(terms: Int32Array): Uint8Array {
  return new Uint8Array(terms.buffer, terms.byteOffset, terms.byteLength);
}

/** How many terms `packTerms` packed. */
export function countTerms(packed: Uint8Array): number {
  return packed.byteLength / Int32Array.BYTES_PER_ELEMENT;
}

/** How many terms are in one of the lists but not in the other: what a replace takes out of the index and puts into it. */
export function changedTerms(before: Uint8Array, after: Uint8Array): number {
  const old = new Set(unpack(before));
  const added = unpack(after);
  let shared = 0;
  for (const term of added) if (old.has(term)) shared += 1;
  return old.size + added.length - 2 * shared;
}

function unpack(packed: Uint8Array): Int32Array {
  // Copied, because the bytes of a row need not be aligned.
  return new Int32Array(packed.slice().buffer);
}
