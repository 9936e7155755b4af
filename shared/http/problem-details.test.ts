import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { fieldErrors, fieldErrorsText, isJsonMediaType } from './problem-details.ts';

function errorsOf(schema: z.ZodType, value: unknown, name?: string) {
  const { error } = schema.safeParse(value);
  if (!error) throw new Error('The value keeps the schema.');
  return fieldErrors(error, value, name);
}

describe('The errors of fields', () => {
  test('name each by an escaped JSON pointer, with the value given', () => {
    const schema = z.object({ 'a/b~c': z.array(z.object({ quantity: z.int() })) });
    expect(errorsOf(schema, { 'a/b~c': [{ quantity: 'many' }] })).toEqual([
      { pointer: '/a~1b~0c/0/quantity', detail: expect.stringContaining('(given: "many")') },
    ]);
  });

  test('say of a missing field that nothing was given, and shorten long values', () => {
    expect(errorsOf(z.object({ id: z.string() }), {})[0]?.detail).toContain('(given: nothing)');
    expect(errorsOf(z.string().max(9), 'x'.repeat(500))[0]?.detail).toContain(`"${'x'.repeat(79)}…`);
  });

  test('are told in one sentence, of the value itself by the name it is given', () => {
    const errors = errorsOf(z.object({ id: z.string() }), { id: 7 });
    expect(fieldErrorsText([...errors, { pointer: '', detail: 'is none' }], 'item')).toMatch(
      /^id: .* \(given: 7\); item: is none$/,
    );
  });

  test('say of an array or an object only that it is one, however deep it is nested', () => {
    const deep = JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`);
    expect(errorsOf(z.object({ id: z.string() }), { id: deep })[0]?.detail).toContain('(given: an array)');
    expect(errorsOf(z.string(), { deep })[0]?.detail).toContain('(given: an object)');
    expect(errorsOf(z.string(), null)[0]?.detail).toContain('(given: null)');
  });

  test('start at the name of a parameter', () => {
    expect(errorsOf(z.int(), 'x', 'limit')).toMatchObject([{ pointer: '/limit' }]);
  });
});

test.each([
  ['application/json', true],
  ['application/json; charset=utf-8', true],
  ['Application/merge-patch+JSON', true],
  ['application/jsonp', false],
  ['text/plain', false],
  ['', false],
])('%j is JSON: %s', (contentType, expected) => {
  expect(isJsonMediaType(contentType)).toBe(expected);
});
