import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** How a proxy treats its connections. */
export type Treatment =
  | { readonly kind: 'open' }
  /** Connections are reset, new ones too. */
  | { readonly kind: 'reset' }
  /** Nothing arrives any more, and nobody is told; as behind a firewall that forgot the connection. */
  | { readonly kind: 'silent' }
  /** `latency` in milliseconds, each way. */
  | { readonly kind: 'slow'; readonly latency: number; readonly bytesPerSecond: number };

/** A TCP proxy on loopback in front of one port, whose connections can be cut and slowed while it runs. */
export type TcpProxy = {
  readonly port: number;
  /** From now on, for the connections that are open too. Those that were silent are reset when that ends. */
  treat: (treatment: Treatment) => void;
  /** Connections that are open now. */
  connections: () => number;
  close: () => Promise<void>;
};

/** One connection: bytes of both ways, each in its order. */
type Connection = { readonly sockets: readonly [Socket, Socket]; wasSilent: boolean };

/** Bytes on their way in one direction before the sender has to wait. */
const MOST_UNDER_WAY = 256 * 1024;

/** @param target the port on 127.0.0.1 that is behind it */
export async function openProxy(target: number, port = 0): Promise<TcpProxy> {
  const open = new Set<Connection>();
  let treatment: Treatment = { kind: 'open' };

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    if (treatment.kind === 'reset') return near.resetAndDestroy();
    const far = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    const connection: Connection = { sockets: [near, far], wasSilent: treatment.kind === 'silent' };
    open.add(connection);
    const end = () => {
      open.delete(connection);
      for (const socket of connection.sockets) if (!socket.destroyed) socket.resetAndDestroy();
    };
    for (const socket of connection.sockets) {
      socket.on('error', end);
      socket.on(
        'close',
        () => connection.sockets.every(({ destroyed }) => destroyed) && open.delete(connection),
      );
    }
    carry(near, far, () => treatment);
    carry(far, near, () => treatment);
    if (treatment.kind === 'silent') pause(connection);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no port');

  const reset = ({ sockets }: Connection) => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: address.port,
    treat(next) {
      treatment = next;
      for (const connection of open) {
        if (next.kind === 'reset' || (connection.wasSilent && next.kind !== 'silent')) reset(connection);
        else if (next.kind === 'silent') {
          connection.wasSilent = true;
          pause(connection);
        }
      }
    },
    connections: () => open.size,
    async close() {
      for (const connection of open) reset(connection);
      server.close();
      await once(server, 'close');
    },
  };
}

function pause({ sockets }: Connection): void {
  for (const socket of sockets) socket.pause();
}

/** Hands on the bytes of one direction, as late and as slowly as the treatment says when they come. */
function carry(from: Socket, to: Socket, treatment: () => Treatment): void {
  let underWay = 0;
  /** When the last byte so far arrives, on the monotonic clock. */
  let arrives = 0;

  const deliver = (bytes: Buffer) => {
    underWay -= bytes.length;
    if (treatment().kind === 'silent' || to.destroyed) return;
    const flows = to.write(bytes);
    if (!flows) {
      from.pause();
      to.once('drain', resume);
    } else resume();
  };
  const resume = () => {
    if (underWay < MOST_UNDER_WAY && treatment().kind !== 'silent') from.resume();
  };
  from.on('data', (bytes: Buffer) => {
    const due = dueAt(treatment(), bytes.length, arrives);
    underWay += bytes.length;
    if (due === undefined && underWay === bytes.length) return deliver(bytes);
    arrives = Math.max(arrives, due ?? performance.now());
    if (underWay >= MOST_UNDER_WAY) from.pause();
    setTimeout(deliver, arrives - performance.now(), bytes);
  });
  from.on('end', () => {
    setTimeout(() => to.end(), Math.max(0, arrives - performance.now()));
  });
}

/** When bytes arrive that are sent now; undefined: at once. */
function dueAt(treatment: Treatment, bytes: number, before: number): number | undefined {
  if (treatment.kind !== 'slow') return undefined;
  const begins = Math.max(performance.now() + treatment.latency, before);
  return begins + (bytes * 1_000) / treatment.bytesPerSecond;
}
