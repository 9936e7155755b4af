import { problemType } from '../../../shared/contracts/problem-type.ts';
import { TOO_MANY_SIGN_INS } from '../../../shared/contracts/sign-in.ts';
import type { ApiProblem } from '../../../shared/openapi/api.ts';
import { hasBody } from '../../../shared/openapi/problem-rules.ts';
import { RETRY_AFTER } from '../../../shared/openapi/retry-after.ts';

const underCount = {
  lockId: '5e0b6a52-6f4e-4a3e-8d0c-0a4f2f1d9b11',
  warehouseId: 'WH-001',
  locationId: 'A-05-02',
  scannerId: 'SCANNER-09',
  userId: 'ann',
  until: '2024-11-18T10:30:00.000Z',
};

const LOCKED = {
  type: problemType('location-under-count'),
  title: 'Another is counting the location',
  detail: 'ann with SCANNER-09 counts WH-001/A-05-02 until 2024-11-18T10:30:00.000Z',
  locks: [underCount],
};

/** The errors of the adapter's API, once for all operations. */
export const PROBLEMS: Readonly<Record<string, ApiProblem>> = {
  InvalidRequest: {
    status: 400,
    appliesTo: () => true,
    description: 'The path, a parameter, a header or the body is not valid.',
    example: {
      type: 'about:blank',
      title: 'The query is not valid',
      status: 400,
      detail: 'limit: must be a whole number from 1 to 5000 (given: "0")',
      errors: [{ pointer: '/limit', detail: 'must be a whole number from 1 to 5000 (given: "0")' }],
    },
  },
  Unauthorized: {
    status: 401,
    appliesTo: ({ isAnonymous }) => !isAnonymous,
    description: 'No key where one is needed, or one that is wrong or revoked.',
    example: {
      type: problemType('key-not-valid'),
      title: 'The key is not valid',
      status: 401,
      detail: 'send the key of a device, or the adapter’s, as "Authorization: Bearer …" or "x-api-key: …"',
    },
  },
  Forbidden: {
    status: 403,
    appliesTo: ({ problems }) => problems?.[403] !== undefined,
    description: 'The device may not do it.',
    example: {
      type: problemType('another-warehouse'),
      title: 'Another warehouse',
      status: 403,
      detail: 'device SCANNER-08 belongs to WH-001, not to WH-002',
    },
  },
  NotFound: {
    status: 404,
    appliesTo: ({ problems }) => problems?.[404] !== undefined,
    description: 'There is none.',
    example: {
      type: 'about:blank',
      title: 'Unknown device',
      status: 404,
      detail: 'there is no device SCANNER-99',
    },
  },
  Conflict: {
    status: 409,
    appliesTo: ({ problems }) => problems?.[409] !== undefined,
    description: 'What is there already does not allow it.',
    example: { ...LOCKED, status: 409 },
  },
  TooLarge: {
    status: 413,
    appliesTo: hasBody,
    description: 'The body is larger than 1 MiB. The connection is closed.',
    example: {
      type: 'about:blank',
      title: 'The body is too large',
      status: 413,
      detail: 'at most 1048576 bytes are taken',
    },
  },
  NotJson: {
    status: 415,
    appliesTo: hasBody,
    description: 'The content type does not say that the body is JSON.',
    example: {
      type: 'about:blank',
      title: 'Send application/json',
      status: 415,
      detail: 'the content type is text/plain',
    },
  },
  TooManyRequests: {
    status: 429,
    appliesTo: ({ problems }) => problems?.[429] !== undefined,
    headers: RETRY_AFTER,
    description: 'Too often. It is not looked at before the seconds of header `Retry-After` are over.',
    example: {
      type: TOO_MANY_SIGN_INS,
      title: 'Not signed in for now',
      status: 429,
      detail: 'too often the badge or the PIN was wrong; sign in again in 240 seconds, or have a new PIN set',
    },
  },
  InternalError: {
    status: 500,
    appliesTo: () => true,
    description: 'A fault of the adapter; its log says which.',
    example: {
      type: problemType('adapter-failed'),
      title: 'The adapter failed on this call',
      status: 500,
    },
  },
  Unavailable: {
    status: 503,
    appliesTo: ({ needsNothing }) => !needsNothing,
    headers: RETRY_AFTER,
    description:
      'The database does not answer, or too much waits. Nothing was booked; ask again after the seconds of header `Retry-After`.',
    example: {
      type: problemType('not-now'),
      title: 'Not now',
      status: 503,
      detail: 'the WMS database did not take the booking; nothing of this call was booked, send it again',
    },
  },
};
