import type { z } from 'zod';
import { type TransactionProblem, transactionProblemSchema } from '../../../shared/contracts/transaction.ts';
import type { Answer } from '../core/adapter-client.ts';
import type { DeviceClock } from '../core/device-clock.ts';
import { readUpTo } from './read-up-to.ts';
import { newTraceparent } from './traceparent.ts';

const TIMEOUT_MS = 30_000;

/** Bytes of an answer: 5,000 items with all they may have are less. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Characters of a foreign page that are worth showing. */
const SHOWN = 120;

export type CallerParts = {
  /** Where the adapter is, without `/api/v1`: `https://wms.example.com:7080`. */
  readonly origin: string;
  /** The device's; undefined where the adapter takes calls without one (development on one machine). */
  readonly key: () => string | undefined;
  readonly clock: DeviceClock;
  /** Milliseconds for a whole call; 30 seconds unless told. */
  readonly timeoutMs?: number;
  /** Ends what is under way. */
  readonly signal?: AbortSignal;
  readonly fetch?: typeof fetch;
};

export type Call = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below `/api/v1`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Of the call, where the device numbers it. */
  readonly number?: number | undefined;
  /** Instead of the device's own, also where it is undefined. */
  readonly key?: string | undefined;
};

/** Makes a call, and answers what came of it in the shape of `schema`. Never throws. */
export type Caller = <Body>(call: Call, schema: z.ZodType<Body>) => Promise<Answer<Body>>;

export function httpCaller(parts: CallerParts): Caller {
  const { timeoutMs = TIMEOUT_MS, signal } = parts;
  return async (call, schema) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const response = await send(parts, call, signal ? AbortSignal.any([signal, timeout]) : timeout);
      const text = await readUpTo(response, MOST_BYTES);
      return { ...read(response, text, schema), ...offsetOf(response) };
    } catch (error) {
      const late = timeout.aborted ? `No answer within ${timeoutMs / 1_000} seconds` : undefined;
      return { kind: 'no-answer', detail: late ?? textOf(error) };
    }
  };
}

function send(parts: CallerParts, call: Call, signal: AbortSignal): Promise<Response> {
  const { method, path, query, body, number } = call;
  const { wall, run, milliseconds } = parts.clock.read();
  const key = 'key' in call ? call.key : parts.key();
  const search = query === undefined ? '' : `?${new URLSearchParams(query)}`;
  const url = `${parts.origin}/api/v1${path}${search}`;
  return (parts.fetch ?? fetch)(url, {
    method,
    headers: {
      accept: 'application/json, application/problem+json',
      'x-device-time': new Date(wall).toISOString(),
      'x-device-run': run,
      'x-device-monotonic': milliseconds.toFixed(3),
      ...(number !== undefined && { 'x-device-call': String(number) }),
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { 'content-type': 'application/json', traceparent: newTraceparent() }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    cache: 'no-store',
    credentials: 'omit',
    // A guest network sends everybody to its own page: that is nobody's answer.
    redirect: 'manual',
    signal,
  });
}

function read<Body>(response: Response, text: string | undefined, schema: z.ZodType<Body>): Answer<Body> {
  const { status } = response;
  const failing = (detail: string, problem?: TransactionProblem): Answer<Body> => ({
    kind: 'failing',
    status,
    detail,
    ...(problem && { problem }),
    ...retryAfter(response),
  });
  if (text === undefined) return failing(`The answer is larger than ${MOST_BYTES} bytes`);
  const json = jsonOf(response, text);
  if (response.ok) {
    const parsed = schema.safeParse(json);
    return parsed.success ? { kind: 'answered', body: parsed.data } : failing(foreign(response, text));
  }
  const problem = transactionProblemSchema.safeParse(json);
  if (!problem.success) return failing(foreign(response, text));
  if (status >= 400 && status < 500 && status !== 429) return { kind: 'refused', problem: problem.data };
  return failing(problem.data.detail ?? problem.data.title, problem.data);
}

const NOT_JSON = Symbol('not JSON');

/** Undefined for nothing at all, {@link NOT_JSON} for what does not say that it is JSON, or is not. */
function jsonOf({ headers }: Response, text: string): unknown {
  if (text === '') return undefined;
  if (!/^application\/(?:problem\+)?json\b/i.test(headers.get('content-type') ?? '')) return NOT_JSON;
  try {
    return JSON.parse(text);
  } catch {
    return NOT_JSON;
  }
}

function foreign({ status, headers }: Response, text: string): string {
  const type = headers.get('content-type') ?? 'no content type';
  return `Not an answer of the WMS adapter (${status}, ${type}): ${text.replace(/\s+/g, ' ').slice(0, SHOWN)}`;
}

/** Seconds, or an instant by the server's clock (RFC 9110 10.2.3). */
function retryAfter({ headers }: Response): { readonly retryAfterMs?: number } {
  const told = headers.get('retry-after') ?? '';
  if (/^\d{1,9}$/.test(told)) return { retryAfterMs: Number(told) * 1_000 };
  const ms = Date.parse(told) - Date.parse(headers.get('x-server-time') ?? headers.get('date') ?? '');
  return Number.isFinite(ms) && ms >= 0 ? { retryAfterMs: ms } : {};
}

function offsetOf({ headers }: Response): { readonly clockOffsetMs?: number } {
  const told = headers.get('x-clock-offset');
  return told !== null && /^-?\d+$/.test(told) ? { clockOffsetMs: Number(told) } : {};
}

/** `fetch` says "fetch failed" and keeps the reason. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
