import { setTimeout as sleep } from 'node:timers/promises';

/** A call was refused as a whole; trying again would not help. */
export class RefusedCallError extends Error {
  override readonly name = 'RefusedCallError';
}

export type PatientCall = <Body>(method: string, path: string, body?: unknown) => Promise<Body>;

export type PatienceOptions = {
  /** Base address, such as `http://127.0.0.1:7080/api/v1`; paths go on from here. */
  url: string;
  /** Who is called, such as `the adapter`. */
  who: string;
  /** Told what is not answered, and undefined when it is again. */
  waiting?: ((reason: string | undefined) => void) | undefined;
  /** Ends the waiting for one who does not answer. */
  signal?: AbortSignal | undefined;
};

/** The first wait after a failed call and the longest one, in milliseconds. */
const FIRST_WAIT = 100;
const LONGEST_WAIT = 2_000;
const CALL_TIMEOUT = 30_000;

/**
 * JSON over HTTP with patience: a call that is not answered, or is answered 429 or 5xx, is sent again, as often as it
 * takes. For calls that are idempotent, so that this never counts anything twice.
 *
 * The calls it makes throw {RefusedCallError} at any other status than success.
 */
export function patientCall({ url, who, waiting = () => {}, signal }: PatienceOptions): PatientCall {
  return async <Body>(method: string, path: string, body?: unknown): Promise<Body> => {
    for (let wait = FIRST_WAIT; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
      const outcome = await attempt(method, `${url}${path}`, body);
      if ('body' in outcome) {
        if (wait > FIRST_WAIT) waiting(undefined);
        return outcome.body as Body;
      }
      waiting(`${who} does not answer (${outcome.failure})`);
      await sleep(wait, undefined, { ...(signal && { signal }) });
    }
  };
}

async function attempt(
  method: string,
  url: string,
  body: unknown,
): Promise<{ body: unknown } | { failure: string }> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method,
      signal: AbortSignal.timeout(CALL_TIMEOUT),
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    text = await response.text();
  } catch (error) {
    return { failure: causeOf(error) };
  }
  if (response.ok) return { body: JSON.parse(text) };
  if (response.status === 429 || response.status >= 500) return { failure: `HTTP ${response.status}` };
  throw new RefusedCallError(`${method} ${url} was refused: HTTP ${response.status} ${text.slice(0, 500)}`);
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error && 'code' in cause) return String(cause.code);
  return error.message;
}
