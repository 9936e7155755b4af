import { HTTPException } from 'hono/http-exception';
import type { ProblemDetails } from '../../../shared/contracts/problem-details.ts';
import type { TransactionProblem } from '../../../shared/contracts/transaction.ts';

/** A title says it all where the type is "about:blank"; `detail` says it about this call. */
type ProblemRest = Partial<Pick<TransactionProblem, 'type' | 'detail' | 'errors' | 'locks'>>;

/** An answer other than success, thrown by a route: problem details (RFC 9457) and headers. */
export class ProblemException extends HTTPException {
  readonly problem: ProblemDetails;

  constructor(
    status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 429 | 500 | 503,
    title: string,
    rest: ProblemRest = {},
    headers: Record<string, string> = {},
  ) {
    const problem = { type: 'about:blank', title, status, ...rest };
    super(status, { message: rest.detail ?? title, res: problemResponse(problem, headers) });
    this.problem = problem;
  }
}

/** The HTTP response of a problem. */
export function problemResponse(problem: ProblemDetails, headers: Record<string, string> = {}): Response {
  const text = JSON.stringify(problem);
  const length = String(Buffer.byteLength(text));
  return new Response(text, {
    status: problem.status,
    headers: { 'content-type': 'application/problem+json', 'content-length': length, ...headers },
  });
}
