import type { ApiProblem } from './api.ts';
import { hasBody, hasInput } from './problem-rules.ts';
import { RETRY_AFTER } from './retry-after.ts';

export type ProblemName =
  | 'InvalidRequest'
  | 'Unauthorized'
  | 'NotFound'
  | 'Conflict'
  | 'TooLarge'
  | 'NotJson'
  | 'InternalError'
  | 'Unavailable';

/** The errors of the API, once for all operations. */
export const PROBLEMS: Readonly<Record<ProblemName, ApiProblem>> = {
  InvalidRequest: {
    status: 400,
    appliesTo: hasInput,
    description: 'A parameter or a field of the body is not valid; each is named with the value given.',
    example: {
      type: 'about:blank',
      status: 400,
      title: 'The request is not valid',
      detail: '1 field is not valid.',
      errors: [{ pointer: '/lines/0/quantity', detail: 'Too small: expected number to be >=1 (given: 0)' }],
    },
  },
  Unauthorized: {
    status: 401,
    appliesTo: ({ isAnonymous }) => !isAnonymous,
    description: 'No function key, or one that is not valid.',
  },
  NotFound: {
    status: 404,
    appliesTo: ({ problems }) => problems?.[404] !== undefined,
    description: 'There is none.',
    example: {
      type: 'about:blank',
      status: 404,
      title: 'No such order',
      detail: 'No order ORD-1001 was asked for.',
    },
  },
  Conflict: {
    status: 409,
    appliesTo: ({ problems }) => problems?.[409] !== undefined,
    description: 'What is there already does not allow it.',
    example: {
      type: 'about:blank',
      status: 409,
      title: 'Another order has this id',
      detail: 'Order ORD-1001 was asked for with another body; an order is not changed by asking again.',
    },
  },
  TooLarge: {
    status: 413,
    appliesTo: hasBody,
    description: 'The body is larger than 256 KiB.',
    example: {
      type: 'about:blank',
      status: 413,
      title: 'The body is too large',
      detail: 'The body has 300000 bytes; at most 262144 are taken.',
    },
  },
  NotJson: {
    status: 415,
    appliesTo: hasBody,
    description: 'The content type does not say that the body is JSON.',
    example: {
      type: 'about:blank',
      status: 415,
      title: 'The body must be JSON',
      detail: 'content-type is text/plain; send application/json.',
    },
  },
  InternalError: {
    status: 500,
    appliesTo: () => true,
    description: 'A fault of the service; the log says which.',
    example: {
      type: 'about:blank',
      status: 500,
      title: 'Internal error',
      detail: 'Invocation 0b3c6f0e-6d8e-4a43-9a53-3c0a5e7a5a11 failed; the log says why.',
    },
  },
  Unavailable: {
    status: 503,
    appliesTo: ({ needsNothing }) => !needsNothing,
    headers: RETRY_AFTER,
    description:
      'A part that is needed does not answer. Ask again after the seconds of header `Retry-After`.',
    example: {
      type: 'about:blank',
      status: 503,
      title: 'Not available now',
      detail: 'A store this answer needs does not answer at the moment. Ask again.',
    },
  },
};
