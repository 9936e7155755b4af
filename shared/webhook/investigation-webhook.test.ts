import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { InvestigationNotice } from '../contracts/investigation.ts';
import { investigationWebhook } from './investigation-webhook.ts';

const at = '2024-11-18T10:00:00.000Z';
const notice: InvestigationNotice = {
  noticeId: 'WH-001:ITEM-1:1#1',
  step: { at, by: 'reconciliation', action: 'opened', detail: 'Größer als gedacht.' },
  investigation: {
    ...{ investigationId: 'WH-001:ITEM-1:1', warehouseId: 'WH-001', itemId: 'ITEM-1', status: 'opened' },
    ...{ openedAt: at, changedAt: at, discrepancyCount: 1, stepCount: 1 },
  },
};

let server: Server;
let url: URL;
let status: number | 'never';
let received: { headers: IncomingHttpHeaders; body: string; method: string | undefined }[];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    received.push({ headers: request.headers, body: await text(request), method: request.method });
    if (status !== 'never') response.writeHead(status, { location: '/elsewhere' }).end('x'.repeat(1_000));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?key=1`);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  received = [];
  status = 204;
});

describe('The webhook', () => {
  test('is posted the notice with its id, signed by the secret over the bytes of the body', async () => {
    expect(await investigationWebhook({ url, secret: 'geheim' }).send(notice)).toEqual({ status: 'taken' });
    const [{ headers, body, method } = { headers: {}, body: '', method: '' }] = received;
    expect(method).toBe('POST');
    expect(JSON.parse(body)).toEqual(notice);
    const expected = createHmac('sha256', 'geheim').update(Buffer.from(body, 'utf8')).digest('hex');
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'x-stockbridge-delivery': notice.noticeId,
      'x-stockbridge-signature': `sha256=${expected}`,
    });
  });

  test('is not signed without a secret', async () => {
    await investigationWebhook({ url }).send(notice);
    expect(received[0]?.headers).not.toHaveProperty('x-stockbridge-signature');
  });

  test.each([
    [200, 'taken'],
    [302, 'refused'],
    [400, 'refused'],
    [404, 'refused'],
    [408, 'unavailable'],
    [429, 'unavailable'],
    [500, 'unavailable'],
    [503, 'unavailable'],
  ] as const)('that answers %i has it %s, and is not asked twice', async (answered, expected) => {
    status = answered;
    expect(await investigationWebhook({ url }).send(notice)).toMatchObject({ status: expected });
    expect(received).toHaveLength(1);
  });

  test('that does not answer in time, or is not there, is unavailable, and says why', async () => {
    status = 'never';
    expect(await investigationWebhook({ url }, 50).send(notice)).toMatchObject({
      ...{ status: 'unavailable', detail: expect.stringContaining('timeout') },
    });
    const nobody = new URL('http://127.0.0.1:1/');
    expect(await investigationWebhook({ url: nobody }).send(notice)).toMatchObject({
      ...{ status: 'unavailable', detail: expect.stringMatching(/did not answer \(.+\)/) },
    });
  });
});
