import { describe, expect, test } from 'vitest';
import { parseRouteTemplate } from './route-template.ts';
import { createRouter } from './routes.ts';

const match = (template: string, path: string) => {
  const router = createRouter<string>();
  router.add({ template, methods: ['GET'], target: template });
  return router.find('GET', path)?.params;
};

describe('a route in ASP.NET syntax', () => {
  test.each([
    ['api/items/{id}/atp', '/api/items/ITEM-1/atp', { id: 'ITEM-1' }],
    ['api/Items/{id}', '/API/iTEMS/x', { id: 'x' }],
    ['api/{a}/{b?}', '/api/1', { a: '1' }],
    ['api/{a=first}', '/api', { a: 'first' }],
    ['api/{*path}', '/api/a/b%20c', { path: 'a/b c' }],
    ['api/{*path}', '/api', {}],
    ['api/{name}.{extension?}', '/api/report.csv', { name: 'report', extension: 'csv' }],
    ['api/{name}.{extension?}', '/api/report', { name: 'report' }],
    ['api/v{major}-{minor}', '/api/v1-2-3', { major: '1-2', minor: '3' }],
    ['api/{a}', '/api/%2F%C3%BC', { a: '%2Fü' }],
    ['api/{a}', '/api/%zz', { a: '%zz' }],
    ['{a:regex(^[[a-z]]/?$)}', '/x', undefined],
    ['{code:regex(^\\d{{3}}$)}', '/123', { code: '123' }],
    ['{code:regex(^\\d{{3}}$)}', '/1234', undefined],
    ['api/{a}', '/api//x', undefined],
    ['api/{a}/x', '/api/1/2', undefined],
    ['', '/', {}],
  ])('%s on %s gives %o', (template, path, params) => {
    expect(match(template, path)).toEqual(params);
  });

  test.each([
    ['int', '-5', '5.0'],
    ['int', '2147483647', '2147483648'],
    ['long', '9223372036854775807', '9223372036854775808'],
    ['bool', 'TRUE', 'yes'],
    ['guid', '0b5f8e9a-6a55-4f7c-8d19-1e1f6f2a3b4c', '0b5f8e9a'],
    ['decimal', '1.5', '1e5'],
    ['double', '1e5', 'x'],
    ['datetime', '2026-11-22', 'tomorrow'],
    ['alpha', 'abc', 'ab1'],
    ['minlength(2)', 'ab', 'a'],
    ['maxlength(2)', 'ab', 'abc'],
    ['length(2)', 'ab', 'abc'],
    ['length(1,2)', 'a', 'abc'],
    ['min(3)', '3', '2'],
    ['max(3)', '3', '4'],
    ['range(1,3)', '2', '4'],
    ['int:min(3)', '3', 'x'],
    ['regex(^a:b$)', 'a:b', 'a'],
  ])('{x:%s} takes %s and not %s', (constraint, good, bad) => {
    expect(match(`{x:${constraint}}`, `/${good}`)).toEqual({ x: good });
    expect(match(`{x:${constraint}}`, `/${bad}`)).toBeUndefined();
  });

  test.each([
    ['{a', 'a brace is not closed'],
    ['{a}/{a}', 'appears twice'],
    ['{*a}/b', 'must be the last segment'],
    ['{a?}/b', 'must be at the end'],
    ['a//b', 'empty segment'],
    ['{}', 'no name'],
    ['{a:between(1)}', 'the constraint "between(1)" is unknown'],
  ])('%s is refused: %s', (template, reason) => {
    expect(() => parseRouteTemplate(template)).toThrow(reason);
  });
});

test('the most specific route that fits wins, whatever the order, and a wrong method is passed over', () => {
  const router = createRouter<string>();
  const add = (template: string, methods = ['GET']) =>
    router.add({ template, methods, target: `${template} ${methods}` });
  add('{*rest}');
  add('items/{id}');
  add('items/{id:int}');
  add('items/new', ['POST']);
  add('items/new/{x?}');
  expect(router.find('GET', '/items/new')?.target).toBe('items/new/{x?} GET');
  expect(router.find('POST', '/items/new')?.target).toBe('items/new POST');
  expect(router.find('GET', '/items/5')?.target).toBe('items/{id:int} GET');
  expect(router.find('GET', '/items/x')?.target).toBe('items/{id} GET');
  expect(router.find('GET', '/other/x')?.target).toBe('{*rest} GET');
  expect(router.find('DELETE', '/items/x')).toBeUndefined();
});
