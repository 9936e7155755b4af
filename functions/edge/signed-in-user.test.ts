import { HttpRequest } from '@azure/functions';
import { expect, test } from 'vitest';
import { closureSchema } from '../../shared/contracts/investigation.ts';
import { jsonBodyBy } from './signed-in-user.ts';

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
    expect(await jsonBodyBy(request(body, 'ann.lee@example.com'), closureSchema)).toEqual({
      by: 'ann.lee@example.com',
    });
  },
);

test('what else a body holds is checked there too, and what is no object is refused', async () => {
  await expect(jsonBodyBy(request({ note: 7 }, 'ann@example.com'), closureSchema)).rejects.toMatchObject({
    details: { status: 400, errors: [{ pointer: '/note', detail: expect.stringContaining('(given: 7)') }] },
  });
  await expect(jsonBodyBy(request([], 'ann@example.com'), closureSchema)).rejects.toMatchObject({
    details: { status: 400 },
  });
});

test('an empty name is none', async () => {
  expect(await jsonBodyBy(request({ by: 'ann' }, ' '), closureSchema)).toEqual({ by: 'ann' });
});
