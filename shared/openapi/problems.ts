import type { ProblemDetails } from '../contracts/problem-details.ts';
import { parameterNames } from './parameter-names.ts';
import type { Route } from './route.ts';

export type ProblemName =
  | 'InvalidRequest'
  | 'Unauthorized'
  | 'NotFound'
  | 'Conflict'
  | 'TooLarge'
  | 'NotJson'
  | 'InternalError'
  | 'Unavailable';

type ProblemResponse = {
  readonly status: number;
  readonly description: string;
  /** Absent where the platform answers, without a body. */
  readonly example?: ProblemDetails;
};

/** The errors of the API, once for all operations. */
export const PROBLEMS: Readonly<Record<ProblemName, ProblemResponse>> = {
  InvalidRequest: {
    status: 400,
    description: 'A parameter or a field of the body is not valid; each is named with the value given.',
    example: {
      type: 'about:blank',
      status: 400,
      title: 'The request is not valid',
      detail: '1 field is not valid.',
      errors: [{ pointer: '/lines/0/quantity', detail: 'Too small: expected number to be >=1 (given: 0)' }],
    },
  },
  Unauthorized: { status: 401, description: 'No function key, or one that is not valid.' },
  NotFound: {
    status: 404,
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

/** The errors an operation can answer, its own and those that the edge adds, with a sentence of their own if they have one. */
export function problemsOf(route: Route): { name: ProblemName; description: string | undefined }[] {
  const { problems = {}, body, query, path, isAnonymous, needsNothing } = route;
  const hasInput = body !== undefined || query !== undefined || parameterNames(path).length > 0;
  const applies: Record<ProblemName, boolean> = {
    InvalidRequest: hasInput,
    Unauthorized: !isAnonymous,
    NotFound: problems[404] !== undefined,
    Conflict: problems[409] !== undefined,
    TooLarge: body !== undefined,
    NotJson: body !== undefined,
    InternalError: true,
    Unavailable: !needsNothing,
  };
  const own: Readonly<Record<number, string | undefined>> = problems;
  return namesOf(PROBLEMS)
    .filter((name) => applies[name])
    .map((name) => ({ name, description: own[PROBLEMS[name].status] }));
}

function namesOf<Name extends string>(record: Record<Name, unknown>): Name[] {
  return Object.keys(record) as Name[];
}
