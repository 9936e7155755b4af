import { readFile } from 'node:fs/promises';
import {
  createServer,
  type IncomingMessage,
  request as requestOf,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { onTestFinished } from 'vitest';

/** What a browser of a test reaches: files, an adapter behind them, and Wi-Fi that can go away and come back. */
export interface AppServer {
  /** Of the scanner, with a slash at its end. */
  readonly url: string;
  /** What is served below `url`, from now on; the last one that has the file wins. */
  folders: readonly string[];
  /** Refuses connections: the warehouse has no Wi-Fi. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
};

/** No stricter than the adapter's, which serves the pages that are the app's own. */
const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";

/** Serves folders below `/scanner/` until the test is over, and everything else as `adapter` answers it, where there is one. */
export async function serveApp(folders: readonly string[], adapter?: string): Promise<AppServer> {
  const server = createServer((request, response) => {
    answer(request, response, app.folders, adapter).catch(() => response.destroy());
  });
  const port = await listen(server, 0);
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const app = {
    url: `http://127.0.0.1:${port}/scanner/`,
    folders,
    async goAway() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
    comeBack: async () => void (await listen(server, port)),
  };
  return app;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  folders: readonly string[],
  adapter: string | undefined,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const path = pathname.startsWith('/scanner/') ? pathname.slice('/scanner/'.length) || 'index.html' : '';
  const file = await newest(folders, path);
  if (file !== undefined) {
    const type = TYPES[extname(path)] ?? 'application/octet-stream';
    response.writeHead(200, { 'content-type': type, 'content-security-policy': POLICY }).end(file);
  } else if (adapter !== undefined) {
    await handOn(request, response, adapter);
  } else {
    response.writeHead(404).end();
  }
}

async function newest(folders: readonly string[], path: string): Promise<Buffer | undefined> {
  for (const folder of folders.toReversed()) {
    const file = await readFile(join(folder, path)).catch(() => undefined);
    if (file !== undefined) return file;
  }
  return undefined;
}

async function handOn(request: IncomingMessage, response: ServerResponse, adapter: string): Promise<void> {
  const { method, headers } = request;
  const upstream = requestOf(new URL(request.url ?? '/', adapter), { method, headers });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    upstream.once('response', resolve).once('error', reject);
  });
  // Together: where the browser hangs up, both fail.
  const [answer] = await Promise.all([answered, pipeline(request, upstream)]);
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  await pipeline(answer, response);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
