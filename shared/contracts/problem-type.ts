/** The `type` of a problem that a device says in the language of its worker, by a name. */
export function problemType<Name extends string>(name: Name): `urn:stockbridge:problem:${Name}` {
  return `urn:stockbridge:problem:${name}`;
}

/** The name of a `type`; undefined for one that has none, as `about:blank`. */
export function problemName(type: string): string | undefined {
  return /^urn:stockbridge:problem:([a-z-]+)$/.exec(type)?.[1];
}
