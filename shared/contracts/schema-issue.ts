/**
 * A value in one line: the JSON of a primitive, else what it is, since the JSON of what is nested thousands deep takes more
 * stack than there is. Of a text no more than `most` characters are looked at; undefined has no text.
 */
export function primitiveText(value: unknown, most: number): string | undefined {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, most));
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' && value !== null ? 'an object' : JSON.stringify(value);
}

/** The value that a schema's issue is about: what stands at `path`; undefined where the path leads nowhere. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}
