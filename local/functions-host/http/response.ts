import type { ServerResponse } from 'node:http';
import type { RpcHttp, RpcHttpCookie, RpcTypedData } from '../rpc.ts';

/**
 * Writes what an HTTP function returned: nothing returned is 204, an empty body has a length, any other is sent chunked, as
 * recorded of the real host.
 */
export function writeRpcResponse(response: ServerResponse, result: RpcTypedData | null | undefined): void {
  if (!result?.http) {
    response.writeHead(204).end();
    return;
  }
  const { http } = result;
  const status = Number(http.statusCode ?? 200);
  const bytes = bodyOf(http);
  for (const [name, value] of Object.entries(http.headers ?? {})) response.setHeader(name, value);
  for (const cookie of http.cookies ?? []) response.appendHeader('Set-Cookie', formatCookie(cookie));
  if (http.enableContentNegotiation) {
    writeNegotiated(response, status, bytes);
    return;
  }
  if (status === 204 || status === 304 || status === 205) {
    response.writeHead(status).end();
    return;
  }
  if (bytes.length === 0) response.setHeader('Content-Length', '0');
  else response.removeHeader('Content-Length');
  response.writeHead(status);
  if (bytes.length > 0) response.write(bytes);
  response.end();
}

/** An answer without a body. */
export function writeEmpty(
  response: ServerResponse,
  status: number,
  headers: Record<string, string> = {},
): void {
  // Kestrel states no length in answer to HEAD.
  const length = response.req.method === 'HEAD' ? {} : { 'Content-Length': '0' };
  response.writeHead(status, { ...length, ...headers }).end();
}

/** The real host encodes such a body as base64 in quotes, which no client expects; kept, so that it is found on the laptop. */
function writeNegotiated(response: ServerResponse, status: number, bytes: Buffer): void {
  const body = JSON.stringify(bytes.toString('base64'));
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Content-Length', String(Buffer.byteLength(body)));
  response.writeHead(status).end(body);
}

function bodyOf(http: RpcHttp): Buffer {
  const { body } = http;
  if (body?.bytes) return Buffer.from(body.bytes.buffer, body.bytes.byteOffset, body.bytes.byteLength);
  return Buffer.from(body?.string ?? '');
}

/** ASP.NET's order and spelling of cookie attributes; the value URL-encoded, `path=/` when unset (recorded). */
function formatCookie(cookie: RpcHttpCookie): string {
  const parts = [`${cookie.name}=${encodeURIComponent(cookie.value ?? '')}`];
  const seconds = cookie.expires?.value?.seconds;
  if (seconds !== undefined) parts.push(`expires=${new Date(Number(seconds) * 1000).toUTCString()}`);
  if (cookie.maxAge?.value !== undefined) parts.push(`max-age=${Math.trunc(cookie.maxAge.value)}`);
  if (cookie.domain?.value) parts.push(`domain=${cookie.domain.value}`);
  parts.push(`path=${cookie.path?.value || '/'}`);
  if (cookie.secure?.value) parts.push('secure');
  const sameSite = { none: undefined, explicitNone: 'none', lax: 'lax', strict: 'strict' }[
    cookie.sameSite ?? 'none'
  ];
  if (sameSite) parts.push(`samesite=${sameSite}`);
  if (cookie.httpOnly?.value) parts.push('httponly');
  return parts.join('; ');
}
