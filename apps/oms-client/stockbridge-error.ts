import type { ProblemDetails } from '../../shared/contracts/problem-details.ts';

/**
 * Why a call came to nothing:
 * - `problem`: the API refuses, or cannot do it now; `problem` says why
 * - `no-answer`: nothing answered in time
 * - `redirected`: the address sends elsewhere, where the key does not go
 * - `foreign`: what answered is no API of Stockbridge
 */
export type StockbridgeErrorKind = 'problem' | 'no-answer' | 'redirected' | 'foreign';

/** Thrown by every call that comes to nothing. The message is one line. */
export class StockbridgeError extends Error {
  override readonly name = 'StockbridgeError';
  readonly kind: StockbridgeErrorKind;
  /** Which was called: `https://app.example`. */
  readonly origin: string;
  /** The HTTP status, where there was an answer. */
  readonly status: number | undefined;
  /** What the API says (RFC 9457): `errors` names each field at fault. Absent where the platform answered for it. */
  readonly problem: ProblemDetails | undefined;
  /** What the API asked to wait before the call is repeated. Milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(
    kind: StockbridgeErrorKind,
    { origin, what }: { readonly origin: string; readonly what: string },
    answer: {
      readonly status?: number;
      readonly problem?: ProblemDetails | undefined;
      readonly retryAfterMs?: number | undefined;
      readonly cause?: unknown;
    } = {},
  ) {
    super(`${origin} ${what}`, answer.cause === undefined ? undefined : { cause: answer.cause });
    this.kind = kind;
    this.origin = origin;
    this.status = answer.status;
    this.problem = answer.problem;
    this.retryAfterMs = answer.retryAfterMs;
  }

  /** Whether the same call may succeed later: nothing answered, or what answered cannot do it now (429, 502, 503, 504). */
  get isPassing(): boolean {
    return this.kind === 'no-answer' || (this.status !== undefined && PASSING.has(this.status));
  }
}

const PASSING = new Set([429, 502, 503, 504]);
