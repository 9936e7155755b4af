import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import type { Device } from '../../../shared/contracts/device.ts';
import { hashOfKey } from '../devices/device-key.ts';
import { authenticate } from './authentication.ts';
import type { ApiEnvironment } from './call.ts';
import { ProblemException } from './problem.ts';

const device: Device = {
  scannerId: 'SCANNER-08',
  warehouseIds: ['WH-001'],
  registeredAt: '2024-11-18T08:00:00.000Z',
};

/** Knows one device, whose key is "device". */
const registry = {
  deviceOfKey: async (keyHash: string) => (keyHash === hashOfKey('device') ? device : undefined),
};

type Parts = Partial<Parameters<typeof authenticate>[0]>;

/** The status of a call with these headers, and who calls if it passes. */
async function passes(headers: Record<string, string>, parts: Parts = {}): Promise<string> {
  const settings = { key: 'right', keyRequired: true };
  const app = new Hono<ApiEnvironment>()
    .use(authenticate({ settings, registry, ...parts }))
    .get('/', (context) => context.text(context.get('caller').kind))
    .onError((error) =>
      error instanceof ProblemException ? error.getResponse() : new Response('', { status: 500 }),
    );
  const response = await app.request('/', { headers: { host: 'localhost:7080', ...headers } });
  return response.status === 200 ? `200 ${await response.text()}` : String(response.status);
}

describe('A call', () => {
  test.each([
    ['the key in x-api-key', { 'x-api-key': 'right' }, '200 administrator'],
    ['the key as bearer', { authorization: 'Bearer right' }, '200 administrator'],
    ['the key as bearer in lower case', { authorization: 'bearer right' }, '200 administrator'],
    ['the key of a device', { authorization: 'Bearer device' }, '200 device'],
    ['the key of a device in x-api-key', { 'x-api-key': 'device' }, '200 device'],
    ['no key', {}, '401'],
    ['an empty key', { 'x-api-key': '' }, '401'],
    ['a wrong key', { 'x-api-key': 'wrong' }, '401'],
    ['the beginning of the key', { 'x-api-key': 'righ' }, '401'],
    ['the hash of a key', { 'x-api-key': hashOfKey('device') }, '401'],
    ['a wrong key beside the right one', { 'x-api-key': 'wrong', authorization: 'Bearer right' }, '401'],
    ['another scheme', { authorization: 'Basic right' }, '401'],
  ])('that brings %s where a key is required is answered with %o → %s', async (_what, headers, expected) => {
    expect(await passes(headers)).toBe(expected);
  });

  test.each([
    ['no key', {}, '200 open'],
    ['the key', { 'x-api-key': 'right' }, '200 administrator'],
    ['the key of a device', { 'x-api-key': 'device' }, '200 device'],
    ['a wrong key', { 'x-api-key': 'wrong' }, '401'],
  ])('that brings %s in development is answered with %o → %s', async (_what, headers, expected) => {
    expect(await passes(headers, { settings: { key: 'right', keyRequired: false } })).toBe(expected);
  });

  test.each([
    ['none', {}, '200 open'],
    ['that of a device', { 'x-api-key': 'device' }, '200 device'],
    ['another', { 'x-api-key': 'any' }, '401'],
  ])(
    'of the keys, in development where the adapter has none, may bring %s: %o → %s',
    async (_what, headers, expected) => {
      expect(await passes(headers, { settings: { key: undefined, keyRequired: false } })).toBe(expected);
    },
  );

  test.each([
    ['to 127.0.0.1', { host: '127.0.0.1:7080' }, '200 open'],
    ['to localhost, by a page of it', { host: 'localhost', origin: 'http://localhost:3000' }, '200 open'],
    ['to [::1], by a page of it', { host: '[::1]:7080', origin: 'http://[::1]:7080' }, '200 open'],
    ['to a name of another', { host: 'evil.example:7080' }, '403'],
    ['to a name of another, by a page of it', { host: 'evil.example', origin: 'http://evil.example' }, '403'],
    ['by a page of another', { origin: 'https://evil.example' }, '403'],
    ['by a page that hides its origin', { origin: 'null' }, '403'],
    ['to no name', { host: '' }, '403'],
    [
      'to a name of another with the key',
      { host: 'evil.example', 'x-api-key': 'right' },
      '200 administrator',
    ],
    [
      'by a page of another with the key',
      { origin: 'https://a.example', 'x-api-key': 'device' },
      '200 device',
    ],
  ])('that goes in development %s is answered: %o → %s', async (_what, headers, expected) => {
    expect(await passes(headers, { settings: { key: 'right', keyRequired: false } })).toBe(expected);
  });

  test('to a name of another where a key is required is let in by the key alone', async () => {
    expect(await passes({ host: 'wms.example', 'x-api-key': 'right' })).toBe('200 administrator');
    expect(await passes({ host: 'wms.example' })).toBe('401');
  });
});
