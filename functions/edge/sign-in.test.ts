import { HttpRequest } from '@azure/functions';
import { describe, expect, test } from 'vitest';
import { readSignIn } from './sign-in.ts';

const ENTRA = { WEBSITE_AUTH_ENABLED: 'True', WEBSITE_SITE_NAME: 'stockbridge' };

function request(headers: Record<string, string>, host = '127.0.0.1:7071') {
  return new HttpRequest({ method: 'GET', url: `http://${host}/api/people/me`, headers });
}

/** As App Service sends it. */
function principal(roles: readonly string[], fields: object = { role_typ: 'roles' }): Record<string, string> {
  const claims = roles.map((val) => ({ typ: 'roles', val }));
  const json = JSON.stringify({ auth_typ: 'aad', name_typ: 'name', claims, ...fields });
  return {
    'x-ms-client-principal-name': 'ann.lee@example.com',
    'x-ms-client-principal': Buffer.from(json).toString('base64'),
  };
}

const developer = (person: unknown) => ({
  authorization: `Development ${Buffer.from(JSON.stringify(person)).toString('base64url')}`,
});

describe('With Entra ID', () => {
  const { kind, personOf } = readSignIn(ENTRA);

  test('people are who it says, with the highest of the app roles it gives them', () => {
    expect(kind).toBe('entra');
    expect(personOf(request(principal(['reader'])))).toEqual({ name: 'ann.lee@example.com', role: 'reader' });
    expect(personOf(request(principal(['operator', 'reader', 'Guest'])))).toMatchObject({ role: 'operator' });
  });

  test.each([
    ['no role', principal([])],
    ['a role of another app', principal(['admin'])],
    ['a principal that cannot be read', { ...principal(['operator']), 'x-ms-client-principal': 'e30' }],
    ['a principal that is no base64', { ...principal(['operator']), 'x-ms-client-principal': '{' }],
    ['a role of another provider', principal(['operator'], { auth_typ: 'github', role_typ: 'roles' })],
    ['no principal', { 'x-ms-client-principal-name': 'ann.lee@example.com' }],
  ])('somebody with %s has none', (_what, headers) => {
    expect(personOf(request(headers))).toEqual({ name: 'ann.lee@example.com' });
  });

  test('claims of the type that the principal names are roles', () => {
    const typed = principal([], { role_typ: 'r', claims: [{ typ: 'r', val: 'controller' }] });
    expect(personOf(request(typed))).toMatchObject({ role: 'controller' });
  });

  test('nobody is who they say, as developers are', () => {
    expect(personOf(request(developer({ name: 'ann', role: 'operator' })))).toBeUndefined();
    expect(personOf(request({ 'x-ms-client-principal-name': ' ' }))).toBeUndefined();
  });
});

describe('On a developer’s machine', () => {
  const { kind, personOf } = readSignIn({ STOCKBRIDGE_ENV: 'development' });

  test('people are who they say', () => {
    expect(kind).toBe('development');
    for (const host of ['127.0.0.1:7071', 'localhost:7071', '[::1]:7071']) {
      const person = { name: 'ann', role: 'controller' };
      expect(personOf(request(developer(person), host))).toEqual(person);
    }
  });

  test.each([
    ['a role that is none', { name: 'ann', role: 'owner' }],
    ['no name', { role: 'reader' }],
    ['an empty name', { name: ' ', role: 'reader' }],
    ['no person', 'ann'],
  ])('%s is nobody', (_what, person) => {
    expect(personOf(request(developer(person)))).toBeUndefined();
  });

  test('the headers of App Service are anybody’s, and count for nothing', () => {
    expect(personOf(request(principal(['operator'])))).toBeUndefined();
  });

  test('a name of another site that points here lets nobody in', () => {
    expect(personOf(request(developer({ name: 'ann', role: 'reader' }), 'evil.example'))).toBeUndefined();
  });
});

test.each([
  ENTRA,
  { WEBSITE_INSTANCE_ID: 'x' },
  { LEGION_SERVICE_HOST: 'x' },
  { WEBSITE_AUTH_ENABLED: 'true' },
])('that cannot be switched on in Azure: with %j the app does not start', (environment) => {
  expect(() => readSignIn({ ...environment, STOCKBRIDGE_ENV: 'development' })).toThrow(/remove it/);
});

test.each([{}, { STOCKBRIDGE_ENV: 'production' }, { WEBSITE_AUTH_ENABLED: 'False' }])(
  'with %j nobody signs in',
  (environment) => {
    const { kind, personOf } = readSignIn(environment);
    expect(kind).toBe('none');
    for (const headers of [principal(['operator']), developer({ name: 'ann', role: 'operator' })]) {
      expect(personOf(request(headers))).toBeUndefined();
    }
  },
);
