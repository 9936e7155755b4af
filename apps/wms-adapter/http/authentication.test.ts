import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { authenticate } from './authentication.ts';
import { ProblemException } from './problem.ts';

function statusFor(
  settings: { key: string | undefined; keyRequired: boolean },
  headers: Record<string, string>,
) {
  const app = new Hono()
    .use(authenticate(settings))
    .get('/', (context) => context.text('in'))
    .onError((error) =>
      error instanceof ProblemException ? error.getResponse() : new Response('', { status: 500 }),
    );
  return Promise.resolve(app.request('/', { headers })).then((response) => response.status);
}

describe('A call', () => {
  test.each([
    ['the key in x-api-key', { 'x-api-key': 'right' }, 200],
    ['the key as bearer', { authorization: 'Bearer right' }, 200],
    ['the key as bearer in lower case', { authorization: 'bearer right' }, 200],
    ['no key', {}, 401],
    ['an empty key', { 'x-api-key': '' }, 401],
    ['a wrong key', { 'x-api-key': 'wrong' }, 401],
    ['the beginning of the key', { 'x-api-key': 'righ' }, 401],
    ['a wrong key beside the right one', { 'x-api-key': 'wrong', authorization: 'Bearer right' }, 401],
    ['another scheme', { authorization: 'Basic right' }, 401],
  ])('that brings %s where a key is required is answered with %o → %i', async (_what, headers, status) => {
    expect(await statusFor({ key: 'right', keyRequired: true }, headers)).toBe(status);
  });

  test.each([
    ['no key', {}, 200],
    ['the key', { 'x-api-key': 'right' }, 200],
    ['a wrong key', { 'x-api-key': 'wrong' }, 401],
  ])(
    'that brings %s in development, where one is set, is answered with %o → %i',
    async (_what, headers, status) => {
      expect(await statusFor({ key: 'right', keyRequired: false }, headers)).toBe(status);
    },
  );

  test('may bring any key in development where none is set to check it by', async () => {
    expect(await statusFor({ key: undefined, keyRequired: false }, { 'x-api-key': 'any' })).toBe(200);
  });
});
