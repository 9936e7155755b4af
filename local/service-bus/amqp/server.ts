import type { AddressInfo, Server, Socket } from 'node:net';
import type { Connection, EventContext, Receiver, Sender } from 'rhea';
import type { Broker } from '../broker.ts';
import { StartError } from '../start-error.ts';
import { serveCbs } from './cbs.ts';
import { failure, MAX_MESSAGE_SIZE } from './conditions.ts';
import { serveManagement } from './management.ts';
import { serveReceiveLink } from './receive-link.ts';
import { ReplyLinks } from './reply-links.ts';
import { type AmqpError, answerAtOnce, createContainer, keepBytes, writeTogether } from './rhea.ts';
import { serveSendLink } from './send-link.ts';

const HOST = '127.0.0.1';
const CBS = '$cbs';
const MANAGEMENT_SUFFIX = /\/\$management$/i;
/** Frames of one message that are held at most; above the size limit the message is refused anyway. */
const MAX_HELD_BYTES = 16 * 1024 * 1024;
const CLOSE_GRACE = 250;

/** The listening side of the broker. */
export interface AmqpServer {
  readonly port: number;
  /** Says good-bye to all clients and stops listening. */
  close(): Promise<void>;
}

/** What the server keeps of a connection. */
interface Client {
  readonly replies: ReplyLinks;
  /** What to do when a link is gone. */
  readonly cleanups: Map<Sender, () => void>;
}

/**
 * Serves a broker over AMQP 1.0 on the loopback interface; port 0 picks a free one.
 * @throws StartError when the port is in use.
 */
export function listen(broker: Broker, port: number): Promise<AmqpServer> {
  const container = createContainer();
  const clients = new Map<Connection, Client>();
  const rpcLinks = new WeakSet<Receiver>();
  const isRaw = (receiver: Receiver): boolean => !rpcLinks.has(receiver);
  const clientOf = (connection: Connection): Client => {
    const client = clients.get(connection) ?? { replies: new ReplyLinks(), cleanups: new Map() };
    clients.set(connection, client);
    return client;
  };
  const forget = (connection: Connection): void => {
    for (const cleanup of clients.get(connection)?.cleanups.values() ?? []) cleanup();
    clients.delete(connection);
  };

  container.on('connection_open', ({ connection }: EventContext) => {
    clientOf(connection);
    writeTogether(connection);
    answerAtOnce(connection);
  });
  container.on('session_open', ({ session }: EventContext) =>
    keepBytes(session, isRaw, MAX_HELD_BYTES, failure.tooLarge(MAX_HELD_BYTES)),
  );
  container.on('receiver_open', ({ receiver, connection }: EventContext) => {
    if (receiver) openFromClient(receiver, clientOf(connection), broker, rpcLinks);
  });
  container.on('sender_open', ({ sender, connection }: EventContext) => {
    if (sender) openToClient(sender, clientOf(connection), broker);
  });
  container.on('sender_close', ({ sender, connection }: EventContext) => {
    if (sender) closeToClient(sender, clients.get(connection));
  });
  container.on('session_close', ({ session, connection }: EventContext) => {
    const client = clients.get(connection);
    for (const link of [...(client?.cleanups.keys() ?? [])]) {
      if (link.session === session) closeToClient(link, client);
    }
  });
  container.on('connection_close', ({ connection }: EventContext) => forget(connection));
  container.on('disconnected', ({ connection }: EventContext) => forget(connection));
  for (const event of [
    'receiver_close',
    'sender_error',
    'receiver_error',
    'session_error',
    'connection_error',
  ]) {
    container.on(event, () => {});
  }
  container.on('protocol_error', reportError);
  container.on('error', reportError);

  const server = container.listen({
    host: HOST,
    port,
    noDelay: true,
    max_frame_size: 65_536,
    channel_max: 4999,
    idle_time_out: 120_000,
    session_buffer_size: { outgoing: 65_536 },
  } as Parameters<typeof container.listen>[0]);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return whenListening(server, port, () => close(server, clients, sockets));
}

/** rhea cuts a client off whose input cannot be handled; when it is the disk that fails, the broker must not go on. */
function reportError(error: unknown): void {
  if (error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR') {
    setImmediate(() => {
      throw error;
    });
    return;
  }
  process.stderr.write(`Service Bus: a client was cut off: ${String(error)}\n`);
}

/** A link on which a client sends: requests, tokens or messages. */
function openFromClient(link: Receiver, client: Client, broker: Broker, rpcLinks: WeakSet<Receiver>): void {
  const address = link.target?.address ?? '';
  const managed = address.replace(MANAGEMENT_SUFFIX, '');
  const isRequest = address === CBS || managed !== address;
  if (isRequest) rpcLinks.add(link);
  const entity = address === CBS ? undefined : broker.find(managed);
  if (address !== CBS && !entity) {
    link.close(unknown(managed));
    return;
  }
  if (link.source) link.set_source({ address: link.source.address });
  link.set_target({ address });
  if (!entity) serveCbs(link, client.replies);
  else if (isRequest) serveManagement(link, entity, broker, client.replies);
  else {
    setMaxMessageSize(link);
    serveSendLink(link, entity, broker);
  }
}

function setMaxMessageSize(link: Receiver): void {
  const { local } = link as unknown as { local: { attach: { max_message_size: number } } };
  local.attach.max_message_size = MAX_MESSAGE_SIZE;
}

/** A link on which a client receives: replies or messages. */
function openToClient(link: Sender, client: Client, broker: Broker): void {
  const address = link.source?.address ?? '';
  const managed = address.replace(MANAGEMENT_SUFFIX, '');
  const isReply = address === CBS || managed !== address;
  const entity = address === CBS ? undefined : broker.find(managed);
  if (address !== CBS && !entity) {
    link.close(unknown(managed));
    return;
  }
  if (link.source?.filter && 'com.microsoft:session-filter' in link.source.filter) {
    link.close(failure.notAllowed(`not supported: sessions ('${address}')`));
    return;
  }
  if (isReply || !entity) {
    client.replies.add(link);
    client.cleanups.set(link, () => client.replies.remove(link));
  } else {
    const cleanup = serveReceiveLink(link, entity, broker);
    if (!cleanup) return;
    client.cleanups.set(link, cleanup);
  }
  link.set_source({ address });
  if (link.target) link.set_target({ address: link.target.address });
}

function unknown(address: string): AmqpError {
  return /\/\$Transfer\//i.test(address)
    ? failure.notSupported(`transfer dead-letter queues ('${address}')`)
    : failure.entityNotFound(address);
}

function closeToClient(link: Sender, client: Client | undefined): void {
  client?.cleanups.get(link)?.();
  client?.cleanups.delete(link);
}

function whenListening(server: Server, port: number, closing: () => Promise<void>): Promise<AmqpServer> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const inUse = `port ${port} is in use; stop what listens there or choose another with --port`;
      reject(
        new StartError(
          error.code === 'EADDRINUSE' ? inUse : `cannot listen on port ${port}: ${error.message}`,
        ),
      );
    });
    server.once('listening', () => {
      resolve({ port: (server.address() as AddressInfo).port, close: closing });
    });
  });
}

/** Who does not hang up within the grace time is cut off, also who has not said a word of AMQP. */
async function close(
  server: Server,
  clients: Map<Connection, Client>,
  sockets: ReadonlySet<Socket>,
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const connection of clients.keys()) connection.close(failure.shuttingDown());
  const grace = setTimeout(() => {
    for (const socket of sockets) socket.destroy();
  }, CLOSE_GRACE);
  await closed;
  clearTimeout(grace);
}
