/** What has a name as a problem, so that a device can say it in the language of its worker. */
export const PROBLEM_NAMES = [
  'transaction-rejected',
  'transaction-id-reused',
  'version-conflict',
  'location-under-count',
  'call-superseded',
  'shortfall',
  'key-missing',
  'key-not-valid',
  'another-warehouse',
  'unknown-location',
  'lock-not-running',
  'sign-in-refused',
  'too-many-sign-ins',
  'adapter-failed',
  'not-now',
  // A device's own, of what no server says.
  'signed-out',
  'untold',
] as const;

export type ProblemName = (typeof PROBLEM_NAMES)[number];

/** The `type` of a problem, by its name. */
export function problemType<Name extends ProblemName>(name: Name): `urn:stockbridge:problem:${Name}` {
  return `urn:stockbridge:problem:${name}`;
}

/** The name of a `type`, whether it is known here or not; undefined for one that has none, as `about:blank`. */
export function problemName(type: string): string | undefined {
  return /^urn:stockbridge:problem:([a-z-]+)$/.exec(type)?.[1];
}
