import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { HostStartError } from '../startup-error.ts';
import { type AccessKeys, isAuthorized } from './keys.ts';
import { hasBrokenHeader } from './request.ts';
import { writeEmpty } from './response.ts';
import type { HttpRouter } from './routes.ts';

export interface HttpServerOptions {
  router: HttpRouter;
  keys: AccessKeys;
  enforceKeys: boolean;
  /** False until the app has started: requests get 503. */
  ready(): boolean;
  /** Each answers the paths it knows and says false to others; they come before the routes of the app. */
  builtIn: readonly ((request: IncomingMessage, response: ServerResponse, path: string) => boolean)[];
}

/** Connections that may wait to be accepted: a burst of the app's own calls would overflow the usual 511, and be reset. */
const BACKLOG = 4_096;

/**
 * Serves the routes of the app on 127.0.0.1.
 * @param port 0 picks a free one.
 * @throws HostStartError when the port is taken.
 */
export async function listenHttp(port: number, options: HttpServerOptions): Promise<Server> {
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 60_000 }, (request, response) =>
    serve(request, response, options),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new HostStartError(explain(error, port))));
    server.listen({ host: '127.0.0.1', port, backlog: BACKLOG }, resolve);
  });
  return server;
}

function explain(error: NodeJS.ErrnoException, port: number): string {
  if (error.code === 'EADDRINUSE')
    return `Port ${port} is in use; stop the program that uses it or choose another with --port.`;
  if (error.code === 'EACCES')
    return `Port ${port} needs more rights than this process has; choose another with --port.`;
  return `Cannot listen on port ${port}: ${error.message}`;
}

function serve(request: IncomingMessage, response: ServerResponse, options: HttpServerOptions): void {
  const [path = '/'] = (request.url ?? '/').split('?', 1);
  if (hasBrokenHeader(request)) writeEmpty(response, 400, { Connection: 'close' });
  else if (!options.ready()) writeEmpty(response, 503, { 'Retry-After': '1' });
  else if (!path.startsWith('/')) writeEmpty(response, 400);
  else if (!options.builtIn.some((answers) => answers(request, response, path)))
    serveRoute(request, response, path, options);
}

function serveRoute(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  { router, keys, enforceKeys }: HttpServerOptions,
): void {
  const found = router.find(request.method ?? 'GET', path);
  if (!found) refuse(request, response, 404);
  else if (enforceKeys && !isAuthorized(request, found.target.authLevel, keys))
    refuse(request, response, 401);
  else found.target.handle(request, response, found.params);
}

/** Answers without reading the body; what of it arrives is thrown away. */
function refuse(request: IncomingMessage, response: ServerResponse, status: number): void {
  request.resume();
  writeEmpty(response, status);
}
