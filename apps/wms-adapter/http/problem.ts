import { HTTPException } from 'hono/http-exception';
import type { ProblemDetails } from '../../../shared/contracts/problem-details.ts';

/** An answer other than success, thrown by a route: problem details (RFC 9457) and headers. */
export class ProblemException extends HTTPException {
  readonly problem: ProblemDetails;

  constructor(
    status: 400 | 401 | 404 | 413 | 415 | 500 | 503,
    title: string,
    rest: Pick<ProblemDetails, 'detail' | 'errors'> = {},
    headers: Record<string, string> = {},
  ) {
    // "about:blank": the status says it all; `detail` says it about this call.
    const problem = { type: 'about:blank', title, status, ...rest };
    super(status, { message: rest.detail ?? title, res: problemResponse(problem, headers) });
    this.problem = problem;
  }
}

/** The HTTP response of a problem. */
export function problemResponse(problem: ProblemDetails, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { 'content-type': 'application/problem+json', ...headers },
  });
}
