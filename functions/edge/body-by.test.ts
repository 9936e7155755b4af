import { HttpRequest } from '@azure/functions';
import { expect, test } from 'vitest';
import { closureSchema } from '../../shared/contracts/investigation.ts';
import { jsonBodyBy } from './body-by.ts';

const ANN = { name: 'ann.lee@example.com' };

function request(body: unknown) {
  return new HttpRequest({
    method: 'POST',
    url: 'http://127.0.0.1/api/x',
    headers: { 'content-type': 'application/json' },
    body: { string: JSON.stringify(body) },
  });
}

test('who does something is whom a program names', async () => {
  expect(await jsonBodyBy(request({ by: 'ann', note: 'done' }), closureSchema, undefined)).toEqual({
    ...{ by: 'ann', note: 'done' },
  });
  await expect(jsonBodyBy(request({ note: 'done' }), closureSchema, undefined)).rejects.toMatchObject({
    details: { status: 400, errors: [{ pointer: '/by' }] },
  });
});

test.each([{}, { by: 'boss' }, { by: 7 }])('it is who has signed in, for %j too', async (body) => {
  expect(await jsonBodyBy(request(body), closureSchema, ANN)).toEqual({ by: ANN.name });
});

test('what else a body holds is checked there too, and what is no object is refused', async () => {
  await expect(jsonBodyBy(request({ note: 7 }), closureSchema, ANN)).rejects.toMatchObject({
    details: { status: 400, errors: [{ pointer: '/note', detail: expect.stringContaining('(given: 7)') }] },
  });
  await expect(jsonBodyBy(request([]), closureSchema, ANN)).rejects.toMatchObject({
    details: { status: 400 },
  });
});
