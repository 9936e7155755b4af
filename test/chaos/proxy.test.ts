import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openProxy, type TcpProxy } from './proxy.ts';

let server: Server;
let proxy: TcpProxy;

/** A server that says everything back and ends when its caller does. */
beforeEach(async () => {
  server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  proxy = await openProxy(typeof address === 'object' ? (address?.port ?? 0) : 0);
});

afterEach(async () => {
  await proxy.close();
  server.close();
});

async function call(): Promise<Socket> {
  const socket = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
  await once(socket, 'connect');
  return socket;
}

async function echo(socket: Socket, bytes: Buffer): Promise<Buffer> {
  const heard: Buffer[] = [];
  let length = 0;
  const all = new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('data', (chunk: Buffer) => {
      heard.push(chunk);
      length += chunk.length;
      if (length >= bytes.length) resolve();
    });
  });
  socket.write(bytes);
  await all;
  socket.removeAllListeners('data');
  return Buffer.concat(heard);
}

function someBytes(count: number): Buffer {
  return Buffer.from(Array.from({ length: count }, (_unused, index) => (index * 31) % 251));
}

describe('The proxy', () => {
  test('hands on every byte in its order, and the end of each direction', async () => {
    const socket = await call();
    const bytes = someBytes(2_000_000);
    expect((await echo(socket, bytes)).equals(bytes)).toBe(true);
    const ended = once(socket, 'end');
    socket.resume();
    socket.end();
    await ended;
  });

  test('resets open connections and refuses new ones until it is open again', async () => {
    const socket = await call();
    const error = once(socket, 'error');
    proxy.treat({ kind: 'reset' });
    expect(await error).toMatchObject([{ code: 'ECONNRESET' }]);
    await vi.waitUntil(() => proxy.connections() === 0);
    const refused = connect({ port: proxy.port, host: '127.0.0.1' });
    expect(await once(refused, 'error')).toMatchObject([{ code: 'ECONNRESET' }]);
    proxy.treat({ kind: 'open' });
    expect((await echo(await call(), Buffer.from('again'))).toString()).toBe('again');
  });

  test('falls silent without ending anything, and resets what was silent when it is open again', async () => {
    const socket = await call();
    await echo(socket, Buffer.from('before'));
    proxy.treat({ kind: 'silent' });
    let heard = 0;
    socket.on('data', () => {
      heard += 1;
    });
    socket.write('nobody hears this');
    const late = await call();
    late.write('nor this');
    expect(proxy.connections()).toBe(2);
    const errors = Promise.all([once(socket, 'error'), once(late, 'error')]);
    proxy.treat({ kind: 'open' });
    for (const [error] of await errors) expect(error).toMatchObject({ code: 'ECONNRESET' });
    expect(heard).toBe(0);
    expect((await echo(await call(), Buffer.from('again'))).toString()).toBe('again');
  });

  test('is as slow as it is told, each way, and keeps the order', async () => {
    const socket = await call();
    proxy.treat({ kind: 'slow', latency: 40, bytesPerSecond: 1_000_000 });
    const bytes = someBytes(100_000);
    const begun = performance.now();
    expect((await echo(socket, bytes)).equals(bytes)).toBe(true);
    // Never faster: twice the latency, and the bandwidth once, since both ways work at the same time.
    expect(performance.now() - begun).toBeGreaterThan(2 * 40 + 100);
  });

  test('becomes slow and fast again on a connection that stays open', async () => {
    const socket = await call();
    for (const treatment of [
      { kind: 'slow', latency: 5, bytesPerSecond: 10_000_000 } as const,
      { kind: 'open' } as const,
    ]) {
      proxy.treat(treatment);
      const bytes = someBytes(300_000);
      expect((await echo(socket, bytes)).equals(bytes)).toBe(true);
    }
  });
});
