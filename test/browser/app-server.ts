import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Serves folders to a browser of a test, as the adapter serves the scanner, and can go away and come back. */
export interface AppServer {
  /** With a slash at its end. */
  readonly url: string;
  /** What is served at a path below `url`, from now on; the last one that has the file wins. */
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

/** Scripts, styles and everything else come from files of the app; WebAssembly is compiled. */
const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; object-src 'none'; base-uri 'none'";

/** Serves folders below `/scanner/` until the test is over. */
export async function serveApp(...folders: readonly string[]): Promise<AppServer> {
  const server = createServer((request, response) => void answer(request, response, app.folders));
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

async function answer(request: IncomingMessage, response: ServerResponse, folders: readonly string[]) {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const path = pathname.replace(/^\/scanner\//, '').replace(/^$/, 'index.html');
  const file = await newest(folders, path);
  if (file === undefined) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {
    'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
    'content-security-policy': POLICY,
    'cache-control': path.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
  response.end(file);
}

async function newest(folders: readonly string[], path: string): Promise<Buffer | undefined> {
  for (const folder of folders.toReversed()) {
    const file = await readFile(join(folder, path)).catch(() => undefined);
    if (file !== undefined) return file;
  }
  return undefined;
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
