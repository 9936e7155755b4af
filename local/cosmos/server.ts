import { createSecretKey, type KeyObject, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { authorize, EMULATOR_KEY } from './authorization.ts';
import { openCatalog } from './catalog.ts';
import { inTransaction, openDatabase } from './database-file.ts';
import { CosmosError } from './errors.ts';
import type { Answer } from './exchange.ts';
import { createMetrics, type MetricsSnapshot } from './metrics.ts';
import { BodyTooLarge, readBody } from './request-body.ts';
import { route } from './router.ts';
import type { Service } from './service.ts';
import { createThrottle, type ThrottleRule } from './throttle.ts';

/** How to start the server. */
export type CosmosOptions = {
  /** The data folder; made when missing. */
  data: string;
  /** The TCP port on 127.0.0.1; 0 picks a free one. */
  port: number;
  /** The account key (base64); the public emulator key when left out. */
  key?: string | undefined;
  /** Milliseconds since 1970; for tests of time to live. */
  now?: (() => number) | undefined;
  /** Request units per second and container, beyond which requests are answered 429. */
  throttleUnits?: number | undefined;
  /** A rule of a test that turns requests away. */
  throttle?: ThrottleRule | undefined;
};

/** A running server. */
export type CosmosServer = {
  port: number;
  /** `http://127.0.0.1:<port>`. */
  endpoint: string;
  key: string;
  /** `AccountEndpoint=…;AccountKey=…;`. */
  connectionString: string;
  metrics(): MetricsSnapshot;
  /** Finishes the requests under way, then closes the data file. */
  stop(): Promise<void>;
};

/** How often expired items are swept, in milliseconds; they are invisible from the moment they expire. */
const SWEEP_EVERY = 5_000;

/** Starts a Cosmos DB (NoSQL API) server on loopback. Throws `UnusableFolder`, or the listen error (`EADDRINUSE`). */
export async function startCosmos(options: CosmosOptions): Promise<CosmosServer> {
  const now = options.now ?? Date.now;
  const file = openDatabase(options.data);
  const service: Service = {
    file,
    catalog: openCatalog(file, now),
    now,
    throttle: createThrottle(now, options.throttleUnits, options.throttle),
    metrics: createMetrics(),
  };
  const key = options.key ?? EMULATOR_KEY;
  // A key object, because signing with a plain buffer costs five times as much.
  const secret = createSecretKey(key, 'base64');
  let endpoint = '';
  const server = createServer(
    (request, response) => void serve(service, secret, `${endpoint}/`, request, response),
  );
  server.keepAliveTimeout = 65_000;
  try {
    await listen(server, options.port);
  } catch (error) {
    file.close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  endpoint = `http://127.0.0.1:${port}`;
  const sweeper = setInterval(() => sweep(service), SWEEP_EVERY).unref();
  return {
    port,
    endpoint,
    key,
    connectionString: `AccountEndpoint=${endpoint}/;AccountKey=${key};`,
    metrics: () => service.metrics.snapshot(),
    async stop() {
      clearInterval(sweeper);
      await close(server);
      file.close();
    },
  };
}

/** Connections that may wait to be accepted; a burst of calls would overflow the usual 511, and be reset. */
const BACKLOG = 4_096;

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port, backlog: BACKLOG }, resolve);
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // Connections kept alive fall idle only when their last answer is sent.
    const closer = setInterval(() => server.closeIdleConnections(), 20);
    server.close(() => {
      clearInterval(closer);
      resolve();
    });
  });
}

function sweep(service: Service): void {
  for (const database of service.catalog.databases.values()) {
    for (const container of database.containers.values())
      inTransaction(service.file, () => container.items.removeExpired(service.now()));
  }
}

async function serve(
  service: Service,
  secret: KeyObject,
  endpoint: string,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const body = await readBody(incoming);
    respond(service, response, answer(service, secret, endpoint, incoming, body));
  } catch (error) {
    // The connection broke while the body was read: there is no one to answer.
    if (incoming.destroyed && !response.writable) return;
    respond(service, response, toErrorAnswer(error));
  }
}

function answer(
  service: Service,
  secret: KeyObject,
  endpoint: string,
  incoming: IncomingMessage,
  body: string,
): Answer {
  const method = incoming.method ?? 'GET';
  const path = (incoming.url ?? '/').replace(/^\/+|\/+$/g, '');
  if (path.startsWith('_local/')) return localAnswer(service, method, path);
  const segments = path === '' ? [] : path.split('/').map(decodeSegment);
  authorize(secret, method, segments.join('/'), incoming.headers);
  return route(service, { method, segments, headers: incoming.headers, body }, calledAt(incoming, endpoint));
}

/** Where the account is for this caller, who may have come through a proxy: the SDK goes on calling what it is told. */
function calledAt({ headers: { host } }: IncomingMessage, endpoint: string): string {
  return host !== undefined && URL.canParse(`http://${host}/`) ? `http://${host}/` : endpoint;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new CosmosError(400, `The path segment '${segment}' is not valid percent encoding`);
  }
}

/** Routes that Cosmos DB does not have, for the laptop only: without a key, never counted. */
function localAnswer(service: Service, method: string, path: string): Answer {
  if (method === 'GET' && path === '_local/metrics') {
    return { status: 200, body: JSON.stringify(service.metrics.snapshot()), charge: 0, operation: '' };
  }
  if (method === 'POST' && path === '_local/metrics/reset') {
    service.metrics.reset();
    return { status: 204, charge: 0, operation: '' };
  }
  throw new CosmosError(404, `There is no ${method} /${path}`);
}

function toErrorAnswer(error: unknown): Answer {
  if (error instanceof BodyTooLarge) return toErrorAnswer(new CosmosError(413, error.message));
  if (!(error instanceof CosmosError)) {
    console.error(error);
    return toErrorAnswer(new CosmosError(500, error instanceof Error ? error.message : String(error)));
  }
  const { substatus, retryAfter, charge } = error.details;
  const headers: Record<string, string> = {};
  if (substatus !== undefined) headers['x-ms-substatus'] = String(substatus);
  if (retryAfter !== undefined) headers['x-ms-retry-after-ms'] = String(retryAfter);
  return {
    status: error.status,
    body: error.toBody(),
    headers,
    charge: charge ?? 0,
    operation: `Error${error.status}`,
  };
}

function respond(service: Service, response: ServerResponse, answered: Answer): void {
  const { status, body, charge, operation } = answered;
  if (operation !== '') service.metrics.record(operation, answered.operations ?? 1, charge);
  const headers: Record<string, string | number> = {
    'content-type': 'application/json',
    'x-ms-request-charge': charge,
    'x-ms-activity-id': randomUUID(),
    'x-ms-version': '2020-07-15',
    ...answered.headers,
  };
  if (body !== undefined) headers['content-length'] = Buffer.byteLength(body);
  response.writeHead(status, headers);
  response.end(body);
}
