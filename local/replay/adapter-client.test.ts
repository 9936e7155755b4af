import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { adapterClient } from './adapter-client.ts';
import { RefusedCallError } from './patient-call.ts';
import type { WarehouseTransaction } from './transactions.ts';

const transaction: WarehouseTransaction = {
  ...{
    transactionId: 'b0c5f3ae-0000-5000-8000-000000000001',
    type: 'pick',
    itemId: '22086',
    warehouseId: 'WH-001',
  },
  ...{ locationId: 'A-01-01', quantity: 1, scannedAt: '2011-12-05T08:00:00.000Z', sequence: 1 },
  ...{ scannerId: 'SCANNER-01', userId: 'warehouse_user_01' },
};

let server: Server | undefined;
afterEach(() => server?.close());

type Call = { method: string; path: string; body: unknown };
/** A status with a body, or `reset`: the connection breaks off. */
type Answer = { status: number; body?: unknown } | 'reset';

/** An adapter that gives these answers, in this order. */
async function adapterThatAnswers(answers: Answer[]): Promise<{ url: string; calls: Call[] }> {
  const calls: Call[] = [];
  server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    calls.push({
      method: request.method ?? '',
      path: request.url ?? '',
      body: text === '' ? undefined : JSON.parse(text),
    });
    const answer = answers.shift() ?? { status: 500 };
    if (answer === 'reset') return request.socket.destroy();
    response.writeHead(answer.status, { connection: 'close' }).end(JSON.stringify(answer.body ?? {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`, calls };
}

describe('the replay as a client of the WMS adapter', () => {
  test('sends the same call again until it is answered, and says what it waits for', async () => {
    const results = [{ transactionId: transaction.transactionId, outcome: 'applied' }];
    const { url, calls } = await adapterThatAnswers([
      { status: 503 },
      'reset',
      { status: 429 },
      { status: 200, body: { results } },
    ]);
    const waits: (string | undefined)[] = [];
    expect(await adapterClient(url, (reason) => waits.push(reason)).postTransactions([transaction])).toEqual(
      results,
    );
    expect(calls).toEqual(
      Array(4).fill({ method: 'POST', path: '/api/v1/transactions', body: [transaction] }),
    );
    expect(waits[0]).toBe('the adapter does not answer (HTTP 503)');
    expect(waits).toHaveLength(4);
    expect(waits[3]).toBeUndefined();
  });

  test('gives up at a call that is refused, with the reason', async () => {
    const { url, calls } = await adapterThatAnswers([{ status: 400, body: { title: 'Too many' } }]);
    const refused = adapterClient(url).postTransactions([transaction]);
    await expect(refused).rejects.toThrow(RefusedCallError);
    await expect(refused).rejects.toThrow(/HTTP 400 .*Too many/);
    expect(calls).toHaveLength(1);
  });

  test('puts master data in calls of at most 500', async () => {
    const { url, calls } = await adapterThatAnswers(Array(3).fill({ status: 200 }));
    await adapterClient(url).putItems(
      Array.from({ length: 1_001 }, (_, index) => ({ itemId: String(index) })),
    );
    expect(calls.map(({ path, body }) => [path, Array.isArray(body) && body.length])).toEqual([
      ['/api/v1/items', 500],
      ['/api/v1/items', 500],
      ['/api/v1/items', 1],
    ]);
  });

  test('reads positions page by page', async () => {
    const { url, calls } = await adapterThatAnswers([
      { status: 200, body: { positions: [{ itemId: '1' }], next: 'a/b' } },
      { status: 200, body: { positions: [{ itemId: '2' }] } },
    ]);
    const items: string[] = [];
    for await (const { itemId } of adapterClient(url).positions()) items.push(itemId);
    expect(items).toEqual(['1', '2']);
    expect(calls.map(({ path }) => path)).toEqual([
      '/api/v1/positions?limit=5000',
      '/api/v1/positions?limit=5000&after=a%2Fb',
    ]);
  });
});
