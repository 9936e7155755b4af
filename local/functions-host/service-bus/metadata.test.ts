import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asLibraryReads } from './metadata.ts';

test('a string of the metadata is sent as what the library makes of it: JSON where it is JSON, else the text', () => {
  const library = (text: string): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  };
  const texts = fc.oneof(
    fc.string(),
    fc.uuid(),
    fc.json(),
    fc.double().map(String),
    fc.constantFrom(
      '1',
      ' 01',
      '1.',
      '-',
      '-1e5',
      '"a',
      '[1',
      ' true ',
      'nullx',
      '1 2',
      '',
      '\u00a01',
      '\v1',
      '1\f',
    ),
  );
  const sameAsLibrary = fc.property(texts, (text) => {
    expect(asLibraryReads(text)).toEqual(library(text));
  });
  fc.assert(sameAsLibrary, { numRuns: 1000 });
});
