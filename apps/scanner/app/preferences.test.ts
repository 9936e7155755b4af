import { expect, test } from 'vitest';
import { readPreferences, writePreferences } from './preferences.ts';

const first = { theme: 'system', sound: true, vibration: true };

test('what was set is there after a restart', () => {
  const stored = new Map<string, string>();
  const set = { language: 'de', theme: 'dark', sound: false, vibration: false, warehouseId: 'WH-2' } as const;
  writePreferences({ setItem: (key, value) => void stored.set(key, value) }, set);
  expect(readPreferences({ getItem: (key) => stored.get(key) ?? null })).toEqual(set);
});

test.each([null, '', '{', '[]', 'null', '7', '{"theme":"pink","sound":"x","language":"fr","warehouseId":7}'])(
  'what cannot be read is as at first: %s',
  (stored) => {
    expect(readPreferences({ getItem: () => stored })).toEqual(first);
  },
);

test('a browser that keeps nothing stops nobody', () => {
  const full = () => {
    throw new DOMException('full', 'QuotaExceededError');
  };
  expect(() => writePreferences({ setItem: full }, readPreferences({ getItem: full }))).not.toThrow();
});
