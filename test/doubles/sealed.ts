/**
 * The value as a store of JSON keeps it: a frozen copy, without members that are undefined. What is frozen already
 * came out of a store and is shared, not copied, so that writing a document that was changed in one place costs little
 * more than that place.
 *
 * @throws {TypeError} for what JSON cannot hold as it is (a function, a date, NaN …), where a real store would keep
 *   something else than what was given
 */
export function sealed<T>(value: T): T {
  return sealedMember(value) as T;
}

function sealedMember(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) return sealedObject(value);
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  // JSON knows no negative zero.
  if (typeof value === 'number' && Number.isFinite(value)) return value + 0;
  throw new TypeError(`not supported: ${String(value)} is no JSON`);
}

function sealedObject(value: object): object {
  if (Object.isFrozen(value)) return value;
  if (Array.isArray(value))
    return Object.freeze(value.map((member) => sealedMember(member === undefined ? null : member)));
  if (value instanceof Date || value instanceof Map || value instanceof Set)
    throw new TypeError(`not supported: ${value.constructor.name} is no JSON`);
  const copy: Record<string, unknown> = { ...value };
  for (const name in copy) {
    const member = copy[name];
    if (member === undefined) delete copy[name];
    else if (typeof member !== 'string') copy[name] = sealedMember(member);
  }
  return Object.freeze(copy);
}

/** True when the value is longer as JSON than so many bytes; looks closely only at what could be. */
export function isLongerThan(bytes: number, value: object): boolean {
  return mostBytes(value) > bytes && Buffer.byteLength(JSON.stringify(value)) > bytes;
}

/** As many bytes as the value takes as JSON at most. */
function mostBytes(value: unknown): number {
  if (typeof value === 'string') return 6 * value.length + 3;
  if (typeof value !== 'object' || value === null) return 25;
  let bytes = 2;
  if (Array.isArray(value)) for (const member of value) bytes += mostBytes(member) + 1;
  else for (const name in value) bytes += 6 * name.length + 4 + mostBytes(value[name as keyof typeof value]);
  return bytes;
}
