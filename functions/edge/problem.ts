import type { HttpResponseInit } from '@azure/functions';
import type { ZodError } from 'zod';
import type { ProblemDetails } from '../../shared/contracts/problem-details.ts';
import { fieldErrors } from '../../shared/http/problem-details.ts';

/** An answer that is an error (RFC 9457). Thrown by a handler, sent by the edge. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly details: ProblemDetails;

  constructor(details: Omit<ProblemDetails, 'type'>) {
    super(details.detail ?? details.title);
    this.details = { type: 'about:blank', ...details };
  }
}

/**
 * 400 that names every field at fault, what is wrong with it and the value that was given. `name` is the parameter's,
 * where `input` is the value of one.
 */
export function invalidInput(error: ZodError, input: unknown, name?: string): Problem {
  return new Problem({
    status: 400,
    title: 'The request is not valid',
    detail: `${error.issues.length} field${error.issues.length === 1 ? ' is' : 's are'} not valid.`,
    errors: fieldErrors(error, input, name),
  });
}

export function problemResponse(
  { details }: Problem,
  headers: Record<string, string> = {},
): HttpResponseInit {
  return {
    status: details.status,
    headers: { 'content-type': 'application/problem+json', ...headers },
    body: JSON.stringify(details),
  };
}
