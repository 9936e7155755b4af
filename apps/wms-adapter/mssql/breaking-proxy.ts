import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { readConnectionString } from '../../../shared/wms-sql/connection-string.ts';

/** Stands between adapter and server in a test, and breaks connections when it is told to. */
export interface BreakingProxy {
  /** The connection string, by way of the proxy. */
  readonly connectionString: string;
  /** Breaks all connections, at once. */
  breakAll(): void;
  /** Lets the server have the nth message from now on, and breaks the connection in place of its answer. */
  loseAnswer(nth: number): void;
  close(): Promise<void>;
}

export async function openBreakingProxy(connectionString: string): Promise<BreakingProxy> {
  const { server, port } = readConnectionString('the connection string', connectionString);
  const sockets = new Set<Socket>();
  let messagesToLose: number | undefined;

  function join(client: Socket): void {
    const upstream = connect(port, server);
    let isAsking = false;
    let isLost = false;
    const breakBoth = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', breakBoth);
      socket.on('close', () => {
        sockets.delete(socket);
        breakBoth();
      });
    }
    client.on('data', (chunk) => {
      // A message begins with what comes after an answer.
      if (!isAsking && messagesToLose !== undefined) {
        messagesToLose -= 1;
        isLost = messagesToLose === 0;
        if (isLost) messagesToLose = undefined;
      }
      isAsking = true;
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      isAsking = false;
      if (isLost) breakBoth();
      else client.write(chunk);
    });
  }

  const listener = createServer(join);
  await once(listener.listen(0, '127.0.0.1'), 'listening');
  const own = (listener.address() as AddressInfo).port;
  const breakAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    connectionString: connectionString.replace(
      /(server|data source|addr|address|network address)\s*=[^;]*/i,
      `Server=127.0.0.1,${own}`,
    ),
    breakAll,
    loseAnswer(nth) {
      messagesToLose = nth;
    },
    async close() {
      breakAll();
      listener.close();
      await once(listener, 'close');
    },
  };
}
