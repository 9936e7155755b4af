import { HttpRequest } from '@azure/functions';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { itemIdSchema } from '../../shared/contracts/identifiers.ts';
import { jsonBody, pathParameter, queryParameters } from './http.ts';
import { Problem, problemResponse } from './problem.ts';

function request(options: {
  body?: string;
  type?: string;
  query?: Record<string, string>;
  params?: Record<string, string>;
}) {
  const { body, type, query = {}, params = {} } = options;
  const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
  return new HttpRequest({
    method: 'POST',
    url: 'http://127.0.0.1/api/x',
    query,
    params,
    headers,
    ...(body === undefined ? {} : { body: { string: body } }),
  });
}

const pairSchema = z.object({ pairs: z.array(z.object({ quantity: z.int() })) });

async function problemOf(act: () => unknown) {
  try {
    await act();
  } catch (error) {
    if (error instanceof Problem) return error.details;
    throw error;
  }
  throw new Error('There was no problem.');
}

describe('problem details', () => {
  test('name the field of a body at fault and the value that was given', async () => {
    const body = JSON.stringify({ pairs: [{ quantity: 1 }, { quantity: 'many' }] });
    expect(
      await problemOf(() => jsonBody(request({ body, type: 'application/json' }), pairSchema)),
    ).toMatchObject({
      status: 400,
      errors: [{ pointer: '/pairs/1/quantity', detail: expect.stringContaining('(given: "many")') }],
    });
  });

  test('name a missing field as such', async () => {
    expect(await problemOf(() => jsonBody(request({}), pairSchema))).toMatchObject({
      status: 400,
      errors: [{ pointer: '/pairs', detail: expect.stringContaining('(given: nothing)') }],
    });
  });

  test('name a query value at fault', async () => {
    const schema = z.object({ limit: z.coerce.number().int().max(500) });
    expect(
      await problemOf(() => queryParameters(request({ query: { limit: '501' } }), schema)),
    ).toMatchObject({
      status: 400,
      errors: [{ pointer: '/limit', detail: expect.stringContaining('(given: "501")') }],
    });
  });

  test('name a path parameter at fault and its value', async () => {
    const act = () => pathParameter(request({ params: { itemId: 'a|b' } }), 'itemId', itemIdSchema);
    expect(await problemOf(act)).toMatchObject({
      status: 400,
      errors: [{ pointer: '/itemId', detail: expect.stringContaining('(given: "a|b")') }],
    });
  });

  test.each([
    [{ body: '{', type: 'application/json' }, 400, 'not JSON'],
    [{ body: '{}', type: 'text/plain' }, 415, 'text/plain'],
    [{ body: `"${'x'.repeat(300_000)}"`, type: 'application/json' }, 413, 'more than 262144 bytes'],
    [{ body: '{}', type: 'application/jsonp' }, 415, 'application/jsonp'],
    [{ body: '{}' }, 415, 'content-type'],
  ])('refuse what is no JSON body (%#)', async (options, status, detail) => {
    expect(await problemOf(() => jsonBody(request(options), pairSchema))).toMatchObject({
      status,
      detail: expect.stringContaining(detail),
    });
  });

  test('refuse a body by the length it tells, without reading it', async () => {
    const huge = new HttpRequest({
      method: 'POST',
      url: 'http://127.0.0.1/api/x',
      headers: { 'content-type': 'application/json', 'content-length': '300000' },
      body: { string: '{}' },
    });
    expect(await problemOf(() => jsonBody(huge, pairSchema))).toMatchObject({ status: 413 });
    expect(huge.bodyUsed).toBe(false);
  });

  test('travel as application/problem+json', () => {
    const response = problemResponse(new Problem({ status: 404, title: 'No such stock' }));
    expect(response).toMatchObject({ status: 404, headers: { 'content-type': 'application/problem+json' } });
    expect(JSON.parse(String(response.body))).toEqual({
      type: 'about:blank',
      status: 404,
      title: 'No such stock',
    });
  });
});

test('a body of any JSON media type is read, an empty one as {}', async () => {
  const body = JSON.stringify({ pairs: [] });
  expect(
    await jsonBody(request({ body, type: 'application/merge-patch+json; charset=utf-8' }), pairSchema),
  ).toEqual({
    pairs: [],
  });
  expect(await jsonBody(request({}), z.object({}))).toEqual({});
});
