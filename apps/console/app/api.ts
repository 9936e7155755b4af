import { signal } from '@preact/signals';
import type { ProblemDetails } from '../../../shared/contracts/problem-details.ts';
import { authorization } from './developer.ts';

/** Milliseconds that an answer may take unless told otherwise. */
const PATIENCE_MS = 20_000;

/** Set anew whenever an answer says that nobody has signed in (any more). */
export const refusal = signal<{ readonly because: string } | undefined>(undefined);

/** An answer that is none: what went wrong, for a person. `status` 0: no answer came. */
export class ApiError extends Error {
  readonly status: number;
  readonly title: string;

  constructor(status: number, title: string, detail: string) {
    super(detail);
    this.status = status;
    this.title = title;
  }
}

/** What was caught, as something that can be told: a defect of the page is told too. */
export function asApiError(caught: unknown): ApiError {
  return caught instanceof ApiError ? caught : new ApiError(0, 'Unexpected', String(caught));
}

type Call = {
  readonly method?: 'GET' | 'POST';
  readonly body?: object;
  readonly signal?: AbortSignal;
  readonly patienceMs?: number;
  readonly accepted?: number | undefined;
};

/**
 * Calls a route for people. `path` stands below `/api/people/`. The answer's type is the caller's to name, from the
 * contract: page and API are of one deployment, and checking by schemas would double the page's scripts.
 *
 * @throws {ApiError} for every answer but 2xx, for one that can not be read, and for none
 */
export function callApi<Answer>(path: string, call: Call = {}): Promise<Answer> {
  return send(`/api/people/${path}`, call, (response): Promise<Answer> => response.json());
}

/** The bytes of an answer. @throws {ApiError} as above */
export function callForBytes(path: string, call: Call = {}): Promise<Blob> {
  return send(`/api/people/${path}`, call, (response) => response.blob());
}

/** A route that is for everybody, below `/api/`. `accepted`: a status besides 2xx whose body is an answer too. @throws {ApiError} */
export function callOpenApi<Answer>(path: string, signal: AbortSignal, accepted?: number): Promise<Answer> {
  return send(`/api/${path}`, { signal, accepted }, (response): Promise<Answer> => response.json());
}

/** A path of segments that may hold anything. */
export function pathOf(...segments: readonly string[]): string {
  return segments.map(encodeURIComponent).join('/');
}

/** A query, with a question mark; what is undefined is left out. */
export function queryOf(values: Readonly<Record<string, string | number | undefined>>): string {
  const told = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return told.length === 0 ? '' : `?${new URLSearchParams(told)}`;
}

/** Its answer, read to the end: what stands between may begin one, and break it off or make it another. */
async function send<Answer>(
  address: string,
  call: Call,
  read: (response: Response) => Promise<Answer>,
): Promise<Answer> {
  const { method = 'GET', body, signal, patienceMs = PATIENCE_MS, accepted } = call;
  const timeout = AbortSignal.timeout(patienceMs);
  try {
    const response = await fetch(address, {
      method,
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      headers: { ...authorization(), ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      // App Service's sign-in answers some calls with the way to its page, which is no answer of the API.
      redirect: 'error',
      cache: 'no-store',
    });
    if (!response.ok && response.status !== accepted) throw await errorOf(response);
    return await read(response);
  } catch (error) {
    if (signal?.aborted || error instanceof ApiError) throw error;
    if (error instanceof SyntaxError) throw new ApiError(0, 'The answer can not be read', NOT_JSON);
    const detail = timeout.aborted
      ? `No answer came within ${patienceMs / 1_000} s.`
      : 'No answer came: the network, or the Functions app, is away.';
    throw new ApiError(0, 'The fabric does not answer', detail);
  }
}

const NOT_JSON = 'It is no answer of this API: a proxy or a page for signing in may stand in between.';

async function errorOf(response: Response): Promise<ApiError> {
  const problem: Partial<ProblemDetails> = await response.json().catch(() => ({}));
  const fields = (problem.errors ?? []).map(({ pointer, detail }) => `${pointer.slice(1)} ${detail}`);
  const detail = [problem.detail, ...fields].filter(Boolean).join(' ') || `HTTP status ${response.status}.`;
  if (response.status === 401) refusal.value = { because: detail };
  return new ApiError(response.status, problem.title ?? 'It did not work', detail);
}
