import type { IncomingMessage } from 'node:http';
import type { RpcHttp, RpcNullable, TraceContext } from '../rpc.ts';
import type { RouteValues } from './route-template.ts';

/** Largest request body, in bytes: the limit of the real host. */
export const MAX_BODY_BYTES = 104_857_600;

/** When a request is larger than the host takes. */
export class BodyTooLargeError extends Error {
  override name = 'BodyTooLargeError';
}

/**
 * The request as the worker gets it (`ToRpcHttp`): absolute URL from the Host header, header names in lower case, repeated query keys
 * joined by commas, empty values kept.
 */
export function toRpcRequest(
  request: IncomingMessage,
  params: RouteValues,
  body: Buffer | undefined,
): RpcHttp {
  const target = request.url ?? '/';
  const queryAt = target.indexOf('?');
  return {
    method: request.method ?? 'GET',
    url: `http://${request.headers.host ?? 'localhost'}${target}`,
    nullableHeaders: headersOf(request.rawHeaders),
    nullableQuery: queryAt < 0 ? {} : queryOf(target.slice(queryAt + 1)),
    nullableParams: nullable(Object.entries(params)),
    body: body ? { bytes: body } : null,
  };
}

/**
 * The body, read only when the request says how long it is: the real host loses a chunked body as well (recorded), so that an
 * app which needs one fails here first.
 * @throws BodyTooLargeError before anything is read.
 */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const length = Number(request.headers['content-length'] ?? 0);
  if (length > MAX_BODY_BYTES)
    throw new BodyTooLargeError(`The body has ${length} bytes, the limit is ${MAX_BODY_BYTES}.`);
  if (length === 0) {
    request.resume();
    return undefined;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
}

/** True when a header value is not valid UTF-8: Kestrel answers 400. */
export function hasBrokenHeader(request: IncomingMessage): boolean {
  return request.rawHeaders.some((text) => {
    for (let i = 0; i < text.length; i += 1) {
      if (text.charCodeAt(i) > 127) return !isUtf8(Buffer.from(text, 'latin1'));
    }
    return false;
  });
}

/** W3C trace context of the caller, handed to the function. */
export function traceContextOf(request: IncomingMessage): TraceContext {
  const { traceparent, tracestate } = request.headers;
  return {
    traceParent: typeof traceparent === 'string' ? traceparent : '',
    traceState: typeof tracestate === 'string' ? tracestate : '',
    attributes: {},
  };
}

function isUtf8(bytes: Buffer): boolean {
  return Buffer.compare(Buffer.from(bytes.toString('utf8'), 'utf8'), bytes) === 0;
}

function headersOf(raw: readonly string[]): Record<string, RpcNullable<string>> {
  const headers: [string, string][] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) headers.push([(raw[i] ?? '').toLowerCase(), raw[i + 1] ?? '']);
  return joined(headers);
}

/** Keys that differ only by case are one, as in the query collection of ASP.NET; the first spelling stays. */
function queryOf(query: string): Record<string, RpcNullable<string>> {
  const spelling = new Map<string, string>();
  const pairs = [...new URLSearchParams(query)].map(([key, value]): [string, string] => {
    const lower = key.toLowerCase();
    if (!spelling.has(lower)) spelling.set(lower, key);
    return [spelling.get(lower) ?? key, value];
  });
  return joined(pairs);
}

function joined(pairs: [string, string][]): Record<string, RpcNullable<string>> {
  const values = new Map<string, string>();
  for (const [key, value] of pairs) {
    const before = values.get(key);
    values.set(key, before === undefined ? value : `${before},${value}`);
  }
  return nullable(values);
}

function nullable(entries: Iterable<[string, string]>): Record<string, RpcNullable<string>> {
  return Object.fromEntries([...entries].map(([key, value]) => [key, { value }]));
}
