import { connect } from 'node:net';
import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { readJson } from './json-body.ts';
import { ProblemException } from './problem.ts';
import { listen } from './server.ts';

const chunked = 'Transfer-Encoding: chunked\r\n\r\n10\r\n[{"a"';

test.each([
  ['that told its length', 'Content-Length: 100\r\n\r\n[{"a"'],
  ['that told a length over the limit', 'Content-Length: 2000000\r\n\r\n[{"a"'],
  ['that told none', chunked],
])('A caller who goes away in the middle of a body %s is no fault of the adapter', async (_what, rest) => {
  const errors: Error[] = [];
  let entered = () => {};
  const reading = new Promise<void>((resolve) => {
    entered = resolve;
  });
  const app = new Hono()
    .post('/', async (context) => {
      entered();
      return context.json(await readJson(context));
    })
    .onError((error) => {
      errors.push(error);
      return new Response('', { status: 500 });
    });
  const server = await listen(app, { host: '127.0.0.1', port: 0, tls: undefined });
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.write(`POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${rest}`);
  await reading;
  socket.destroy();
  await expect.poll(() => errors).toHaveLength(1);
  expect(errors[0]).toBeInstanceOf(ProblemException);
  expect(errors[0]?.message).toBe('The body broke off');
  await server.close(0);
});
