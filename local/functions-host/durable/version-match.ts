import type { DurableTaskOptions } from '../settings/host-json.ts';

type VersionOptions = Pick<DurableTaskOptions, 'defaultVersion' | 'versionMatchStrategy'>;

/** Whether this host may run an instance of that version, by `versionMatchStrategy` of `host.json`. */
export function acceptsVersion(version: string | null, options: VersionOptions): boolean {
  const own = options.defaultVersion ?? '';
  switch (options.versionMatchStrategy) {
    case 'None':
      return true;
    case 'Strict':
      return (version ?? '') === own;
    case 'CurrentOrOlder':
      return compareVersions(version ?? '', own) <= 0;
  }
}

/**
 * Below 0 when `one` is older. No version is older than any; dotted numbers compare by number (a missing part is older than 0), other
 * texts as texts without case (`DT: VersioningSettings.cs`).
 */
export function compareVersions(one: string, other: string): number {
  const a = one.trim();
  const b = other.trim();
  if (a === '' || b === '') return a.length - b.length;
  const left = dottedNumbers(a);
  const right = dottedNumbers(b);
  if (!left || !right) return a.toLowerCase().localeCompare(b.toLowerCase());
  for (let index = 0; index < 4; index += 1) {
    const difference = (left[index] ?? -1) - (right[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** `System.Version`: two to four numbers. */
function dottedNumbers(text: string): number[] | undefined {
  return /^\d+(\.\d+){1,3}$/.test(text) ? text.split('.').map(Number) : undefined;
}
