import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LoadedTrigger } from '../trigger-listener.ts';
import { type AccessKeys, isAuthorized } from './keys.ts';
import { writeEmpty } from './response.ts';

interface BuiltInOptions {
  keys: AccessKeys;
  enforceKeys: boolean;
  triggers(): readonly LoadedTrigger[];
}

const PAGE = `<!doctype html><html lang="en"><title>Function app</title>
<h1>Your function app is up and running</h1><p><a href="/admin/functions">Its functions</a></p></html>
`;

/**
 * `/` and the part of the admin API a laptop needs: `GET /admin/host/status`, `GET /admin/functions`, and `POST /admin/functions/NAME`,
 * which runs a timer function now.
 */
export function builtInPages({ keys, enforceKeys, triggers }: BuiltInOptions) {
  return (request: IncomingMessage, response: ServerResponse, path: string): boolean => {
    const lower = path.toLowerCase();
    if (path !== '/' && lower !== '/admin' && !lower.startsWith('/admin/')) return false;
    request.resume();
    if (path === '/') writeText(response, 'text/html', PAGE);
    else if (enforceKeys && !isAuthorized(request, 'admin', keys))
      writeEmpty(response, 401, { 'WWW-Authenticate': 'Bearer' });
    else admin(request, response, lower, triggers());
    return true;
  };
}

function admin(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  triggers: readonly LoadedTrigger[],
): void {
  const key = `${request.method} ${path.replace(/\/$/, '')}`;
  const name = /^POST \/admin\/functions\/([^/]+)$/.exec(key)?.[1];
  const run = name && triggers.find(({ fn }) => fn.name.toLowerCase() === name)?.listener?.runNow;
  if (key === 'GET /admin/host/status') {
    writeJson(response, { state: 'Running', version: '4.1037.0', errors: [] });
  } else if (key === 'GET /admin/functions') writeJson(response, triggers.map(describe));
  else if (run) {
    void run();
    writeEmpty(response, 202);
  } else writeEmpty(response, 404);
}

function describe({ fn, problem }: LoadedTrigger) {
  return {
    name: fn.name,
    trigger: fn.trigger.type,
    isDisabled: problem === 'disabled',
    problem: problem ?? null,
  };
}

function writeJson(response: ServerResponse, value: unknown): void {
  writeText(response, 'application/json', JSON.stringify(value));
}

function writeText(response: ServerResponse, type: string, text: string): void {
  response.writeHead(200, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) }).end(text);
}
