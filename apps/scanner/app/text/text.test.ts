import { describe, expect, test } from 'vitest';
import { de } from './de.ts';
import { en } from './en.ts';
import { formatsOf } from './formats.ts';

/** Every text of a language by its path, functions with 2 for each of what they are told. */
function textsOf(words: object, path = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(words)) {
    const here = path === '' ? name : `${path}.${name}`;
    if (typeof value === 'function') found.set(here, value(2, 2, 2));
    else if (typeof value === 'string') found.set(here, value);
    else for (const [key, text] of textsOf(value, here)) found.set(key, text);
  }
  return found;
}

describe('The app', () => {
  const english = textsOf(en);
  const german = textsOf(de);

  test('says everything in both languages', () => {
    expect([...german.keys()].sort()).toEqual([...english.keys()].sort());
    expect([...english, ...german].filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  test('says the same with the same figures in it', () => {
    const figures = (texts: Map<string, string>) =>
      [...texts].map(([key, text]) => [key, text.split('2').length]);
    expect(figures(german)).toEqual(figures(english));
  });

  test.each([en, de])('names what it tells of a scan each by another word', ({ field, scan }) => {
    const { scanned, by, number, attempts, replaces, replacedBy, id } = scan;
    const { item, from, to, quantity, lot, reason, order } = field;
    const names = [item, from, to, quantity, lot, reason, order, scanned, by, number, attempts];
    const all = [...names, replaces, replacedBy, id];
    expect([...new Set(all)]).toEqual(all);
  });

  test('says one thing in another way than several', () => {
    expect([en.status.refused(1), en.status.refused(3)]).toEqual(['1 needs you', '3 need you']);
    expect([de.status.queued(1), de.status.queued(3)]).toEqual(['1 wartet', '3 warten']);
    expect(de.banner.red(1_500)).toBe('1.500 Scans brauchen eine Entscheidung');
  });
});

describe('Figures and instants', () => {
  const english = formatsOf('en', 'Europe/Berlin');
  const german = formatsOf('de', 'Europe/Berlin');
  const now = Date.parse('2026-11-22T12:00:00Z');

  test('are written as the language does', () => {
    expect([english.number(1234.5), german.number(1234.5)]).toEqual(['1,234.5', '1.234,5']);
    expect([-3, 0, 3].map(english.change)).toEqual(['−3', '0', '+3']);
    expect([english.megabytes(12_345_678), german.megabytes(12_345_678)]).toEqual(['12.3 MB', '12,3 MB']);
    expect([english.day('2026-11-05'), german.day('2026-11-05')]).toEqual(['05/11/2026', '05.11.2026']);
  });

  test('have the time of the device, and the day where it is another', () => {
    expect(english.time('2026-11-22T09:42:00Z')).toBe('10:42');
    expect(english.moment('2026-11-22T09:42:00Z', now)).toBe('10:42');
    expect(english.moment('2026-11-21T09:42:00Z', now)).toBe('21 Nov 10:42');
    expect(german.moment('2026-11-21T22:42:00Z', now)).toBe('21. Nov. 23:42');
    // Midnight has passed where the device is.
    expect(german.moment('2026-11-21T23:42:00Z', now)).toBe('00:42');
  });
});
