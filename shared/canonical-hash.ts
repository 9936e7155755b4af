import { hash } from 'node:crypto';

/**
 * SHA-256 (base64) of a plain JSON value by which a repeated request is told from another one under the same id. Members
 * are sorted and undefined ones left out, so that the hash outlives a change in the order of a contract's fields.
 */
export function canonicalHash(value: unknown): string {
  return hash('sha256', JSON.stringify(canonical(value)), 'base64');
}

/** An object becomes the list of its members. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => [name, canonical(member)]);
}
