import type { z } from 'zod';
import { problemDetailsSchema } from '../../shared/contracts/problem-details.ts';
import { failureDelay } from '../../shared/domain/retry-delay.ts';
import { StockbridgeError } from './stockbridge-error.ts';

export type ApiOptions = {
  /** Where the functions app is, without `/api`: `https://app.example`. */
  readonly url: string;
  /** The function key; a laptop asks for none. */
  readonly key?: string | undefined;
  /** The header that carries it: `x-functions-key` unless told. */
  readonly keyHeader?: string;
  /** Milliseconds for an answer; 30 seconds unless told. */
  readonly timeoutMs?: number;
  /** So long a call is repeated that may be, from when it was made; 30 seconds unless told, 0: never. Milliseconds. */
  readonly patienceMs?: number;
  /** Ends every call of the client. */
  readonly signal?: AbortSignal;
  /** For tests: time, chance and the network. */
  readonly runtime?: {
    readonly now: () => number;
    readonly sleep: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
    readonly random: () => number;
  };
};

export type Call = {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Below `/api/`, its ids encoded; see {@link path}. */
  readonly path: string;
  /** What is undefined is left out. */
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  /** A status that is no success, and whose body is an answer all the same. */
  readonly alsoReads?: number;
  /** True when doing it twice is not doing it once: then it is made once, whatever comes of it. */
  readonly isOnceOnly?: boolean;
  readonly signal?: AbortSignal | undefined;
};

/** Makes a call and answers its body in the shape of `schema`. @throws {StockbridgeError} or what a signal was aborted with */
export type CallApi = <Schema extends z.ZodType>(call: Call, schema: Schema) => Promise<z.output<Schema>>;

const TIMEOUT_MS = 30_000;
const PATIENCE_MS = 30_000;

/** Calls an HTTP API of Stockbridge: repeats what may be repeated, with growing pauses or after what the API asks for. */
export function apiCaller(options: ApiOptions): CallApi {
  const { patienceMs = PATIENCE_MS, runtime = REAL } = options;
  return async (call, schema) => {
    const signal = anyOf(options.signal, call.signal);
    const deadline = runtime.now() + (call.isOnceOnly ? 0 : patienceMs);
    for (let tries = 0; ; tries += 1) {
      try {
        return await once(options, call, schema, signal);
      } catch (error) {
        if (!(error instanceof StockbridgeError) || !error.isPassing) throw error;
        const { retryAfterMs = 0 } = error;
        const pause = failureDelay([{ status: 'unavailable', retryAfterMs }], tries, runtime);
        if (runtime.now() + pause > deadline) throw error;
        await runtime.sleep(pause, signal);
      }
    }
  };
}

/** A path of which the parts that vary are encoded. */
export function path(strings: TemplateStringsArray, ...ids: readonly string[]): string {
  return strings.map((text, index) => text + encodeURIComponent(ids[index] ?? '')).join('');
}

async function once<Schema extends z.ZodType>(
  options: ApiOptions,
  call: Call,
  schema: Schema,
  signal: AbortSignal | undefined,
): Promise<z.output<Schema>> {
  const address = addressOf(options.url, call);
  const response = await send(options, call, address, signal);
  refuseElsewhere(address, response);
  const body = await bodyOf(address, response);
  if (!response.ok && response.status !== call.alsoReads) throw refusal(address, response, body);
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const what = `is no API of Stockbridge: ${issue?.path.join('.') || 'the body'}: ${issue?.message}`;
  throw new StockbridgeError('foreign', { origin: address.origin, what }, { status: response.status });
}

function addressOf(url: string, { path: below, query = {} }: Call): URL {
  const address = new URL(`${url.replace(/\/+$/, '')}/api/${below}`);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) address.searchParams.set(name, String(value));
  }
  return address;
}

async function send(
  { key, keyHeader = 'x-functions-key', timeoutMs = TIMEOUT_MS }: ApiOptions,
  { method, body }: Call,
  address: URL,
  signal: AbortSignal | undefined,
): Promise<Response> {
  try {
    return await fetch(address, {
      method,
      headers: {
        accept: 'application/json, application/problem+json',
        ...(key !== undefined && { [keyHeader]: key }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      // The key is for the app that was named; `fetch` would take it along to wherever that sends.
      redirect: 'manual',
      signal: anyOf(signal, AbortSignal.timeout(timeoutMs)) ?? null,
    });
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    throw new StockbridgeError('no-answer', { origin: address.origin, what: 'does not answer' }, { cause });
  }
}

function refuseElsewhere({ href, origin }: URL, { status, headers }: Response): void {
  const location = headers.get('location');
  if (status < 300 || status >= 400 || location === null) return;
  const elsewhere = URL.parse(location, href)?.origin ?? 'no address';
  throw new StockbridgeError('redirected', { origin, what: `sends to ${elsewhere}` }, { status });
}

/** Undefined where there is no JSON. A connection that breaks amid an answer is no answer. */
async function bodyOf({ origin }: URL, response: Response): Promise<unknown> {
  const text = await response.text().catch((cause: unknown) => {
    throw new StockbridgeError('no-answer', { origin, what: 'broke off amid its answer' }, { cause });
  });
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusal({ origin }: URL, { status, headers }: Response, body: unknown): StockbridgeError {
  const problem = problemDetailsSchema.safeParse(body).data;
  const fields = problem?.errors?.map(({ pointer, detail }) => `${pointer.slice(1)}: ${detail}`).join('; ');
  const why = fields ?? problem?.detail ?? problem?.title ?? 'it does not say why';
  const seconds = /^\d{1,9}$/.exec(headers.get('retry-after') ?? '')?.[0];
  const retryAfterMs = seconds === undefined ? undefined : Number(seconds) * 1_000;
  const what = `answered ${status}: ${why}`;
  return new StockbridgeError('problem', { origin, what }, { status, problem, retryAfterMs });
}

function anyOf(...signals: readonly (AbortSignal | undefined)[]): AbortSignal | undefined {
  const given = signals.filter((signal) => signal !== undefined);
  return given.length > 1 ? AbortSignal.any(given) : given[0];
}

const REAL: NonNullable<ApiOptions['runtime']> = {
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const wake = () => {
        signal?.removeEventListener('abort', stop);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', stop, { once: true });
    }),
};
