import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openProber, type Prober } from './probe.ts';
import { openScanBook, type ScanBook } from './scan-book.ts';

/** Stands for adapter and cloud: every scan is visible and every order confirmed after `delay` milliseconds, or never. */
let server: Server;
let delay: number;
let works: boolean;
let book: ScanBook;
let prober: Prober;

beforeEach(async () => {
  delay = 0;
  works = true;
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', async () => {
      await sleep(delay);
      response.statusCode = works ? 200 : 503;
      response.end(JSON.stringify(answerTo(request.method ?? '', request.url ?? '', text)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  book = openScanBook();
  prober = openProber({ urls: { adapter: url, functions: url }, book, atLeast: 300 });
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function answerTo(method: string, path: string, body: string): unknown {
  if (path.endsWith('/atp')) return { onHand: 2 };
  if (path.endsWith('/allocations') && method === 'GET') return { lines: [{ confirmed: 1 }] };
  if (!path.endsWith('/transactions')) return {};
  const [{ transactionId }] = JSON.parse(body) as [{ transactionId: string }];
  return { results: [{ transactionId, outcome: 'applied' }] };
}

test('What is normal is twice what the probes before the first fault took, and at least what is promised', async () => {
  const quick = await prober.calibrate();
  expect(quick.visible).toBeGreaterThanOrEqual(300);
  expect(Number.isInteger(quick.visible) && Number.isInteger(quick.confirmed)).toBe(true);
  expect(book.events()).toBe(5);
  delay = 80;
  // Three calls until a scan is visible, two until an order is confirmed.
  const slow = await prober.calibrate();
  expect(slow.visible).toBeGreaterThanOrEqual(2 * 3 * 80 - 10);
  expect(slow.confirmed).toBeGreaterThanOrEqual(2 * 2 * 80 - 10);
});

test('It has recovered when a fresh probe goes through in the normal time, and not before', async () => {
  await prober.calibrate();
  works = false;
  const ended = new AbortController();
  const recovered = prober.recovered(ended.signal);
  while (prober.lastFailure() === '') await sleep(5);
  expect(prober.lastFailure()).toContain('was answered 503');
  const mended = performance.now();
  works = true;
  expect(await recovered).toBeGreaterThan(mended);
});

test('It has not recovered when nothing goes through until the patience ends', async () => {
  await prober.calibrate();
  works = false;
  const ended = new AbortController();
  const recovered = prober.recovered(ended.signal);
  while (prober.lastFailure() === '') await sleep(5);
  ended.abort();
  expect(await recovered).toBeUndefined();
});
