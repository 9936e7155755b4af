import { expect, test } from 'vitest';
import { acceptsVersion, compareVersions } from './version-match.ts';

test.each([
  ['', '', 0],
  ['', '1.0', -1],
  ['1.0', '', 1],
  ['1.9', '1.10', -1],
  ['2.0', '1.10.5', 1],
  ['1.0', '1.0.0', -1],
  ['1.5', '1.5', 0],
  ['b', 'A', 1],
  ['2', '10', 1],
])(
  'version "%s" against "%s" compares %i: dotted numbers by number, other texts as texts',
  (one, other, sign) => {
    expect(Math.sign(compareVersions(one, other))).toBe(sign);
  },
);

test.each([
  ['None', '9.0', true],
  ['Strict', '1.5', true],
  ['Strict', '1.4', false],
  ['Strict', null, false],
  ['CurrentOrOlder', '1.5', true],
  ['CurrentOrOlder', '1.4', true],
  ['CurrentOrOlder', null, true],
  ['CurrentOrOlder', '1.6', false],
] as const)(
  'a host of version 1.5 that matches by %s, an instance of %s: runs %s',
  (strategy, version, runs) => {
    expect(acceptsVersion(version, { defaultVersion: '1.5', versionMatchStrategy: strategy })).toBe(runs);
  },
);

test('for a host without a version any version is newer', () => {
  const options = { defaultVersion: undefined, versionMatchStrategy: 'CurrentOrOlder' } as const;
  expect([acceptsVersion(null, options), acceptsVersion('0.1', options)]).toEqual([true, false]);
});
