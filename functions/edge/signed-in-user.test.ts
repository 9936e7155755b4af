import { HttpRequest } from '@azure/functions';
import { expect, test } from 'vitest';
import { closureSchema } from '../../shared/contracts/investigation.ts';
import { jsonBodyBy } from './signed-in-user.ts';

const SIGN_IN = { WEBSITE_AUTH_ENABLED: 'True' };

function request(body: unknown, user?: string) {
  return new HttpRequest({
    method: 'POST',
    url: 'http://127.0.0.1/api/x',
    headers: {
      'content-type': 'application/json',
      ...(user !== undefined && { 'x-ms-client-principal-name': user }),
    },
    body: { string: JSON.stringify(body) },
  });
}

test('who does something is who the body says', async () => {
  expect(await jsonBodyBy(request({ by: 'ann', note: 'done' }), closureSchema)).toEqual({
    ...{ by: 'ann', note: 'done' },
  });
  await expect(jsonBodyBy(request({ note: 'done' }), closureSchema)).rejects.toMatchObject({
    details: { status: 400, errors: [{ pointer: '/by' }] },
  });
});

test.each([{}, { by: 'ann' }, { by: 7 }])(
  'behind a sign-in it is who signed in, for %j too',
  async (body) => {
    expect(await jsonBodyBy(request(body, 'ann.lee@example.com'), closureSchema, SIGN_IN)).toEqual({
      by: 'ann.lee@example.com',
    });
  },
);

test.each([{}, { WEBSITE_AUTH_ENABLED: '' }, { WEBSITE_AUTH_ENABLED: 'False' }])(
  'where nobody has to sign in (%j) the name in the header is anybody’s, and counts for nothing',
  async (environment) => {
    const forged = (body: unknown) =>
      jsonBodyBy(request(body, 'boss@example.com'), closureSchema, environment);
    expect(await forged({ by: 'ann' })).toEqual({ by: 'ann' });
    await expect(forged({})).rejects.toMatchObject({ details: { errors: [{ pointer: '/by' }] } });
  },
);

test('what else a body holds is checked there too, and what is no object is refused', async () => {
  const call = (body: unknown) => jsonBodyBy(request(body, 'ann@example.com'), closureSchema, SIGN_IN);
  await expect(call({ note: 7 })).rejects.toMatchObject({
    details: { status: 400, errors: [{ pointer: '/note', detail: expect.stringContaining('(given: 7)') }] },
  });
  await expect(call([])).rejects.toMatchObject({ details: { status: 400 } });
});

test('an empty name is none', async () => {
  expect(await jsonBodyBy(request({ by: 'ann' }, ' '), closureSchema, SIGN_IN)).toEqual({ by: 'ann' });
});
