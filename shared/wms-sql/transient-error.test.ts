import sql from 'mssql';
import { describe, expect, test } from 'vitest';
import { isTransient } from './transient-error.ts';

/** As the driver makes it of what the server says. */
function serverError(number: number): Error {
  return Object.assign(new sql.RequestError('said by the server', 'EREQUEST'), { number });
}

describe('An error passes by itself', () => {
  test.each([
    [1205, 'deadlock victim'],
    [1222, 'lock time-out'],
    [10928, 'limit of the tier'],
    [10929, 'limit of the tier'],
    [40197, 'failover'],
    [40501, 'busy'],
    [40613, 'not available'],
    [49918, 'too few resources'],
    [49919, 'too many operations'],
    [49920, 'too many operations'],
    [596, 'session killed'],
    [3906, 'handed over'],
    [922, 'being recovered'],
    [8645, 'no memory'],
  ])('when the server says %i (%s)', (number) => {
    expect(isTransient(serverError(number))).toBe(true);
  });

  test.each(['ESOCKET', 'ECLOSE', 'ETIMEOUT', 'ECONNCLOSED', 'EINVALIDSTATE'] as const)(
    'when the driver says %s: the connection is gone',
    (code) => {
      expect(isTransient(Object.assign(new Error('gone'), { code }))).toBe(true);
    },
  );

  test.each([
    'Database wms on server sql is not currently available. Please retry the connection later.',
    'The service has encountered an error processing your request. Please try again. Error code 4221.',
    'The service is currently busy. Retry the request after 10 seconds.',
    "Database 'wms' is being recovered. Waiting until recovery is finished.",
    "Login failed for user 'adapter'. Reason: Server is in script upgrade mode.",
  ])('when the server says to who signs in: %s', (message) => {
    expect(isTransient(Object.assign(new Error(message), { code: 'ELOGIN' }))).toBe(true);
  });

  test('when it is the cause of an aborted transaction', () => {
    const aborted = Object.assign(new sql.TransactionError('Transaction has been aborted.', 'EABORT'), {
      originalError: serverError(1205),
    });
    expect(isTransient(aborted)).toBe(true);
  });

  test('when another error of the same batch came after it', () => {
    const last = Object.assign(serverError(3930), { precedingErrors: [serverError(1205)] });
    expect(isTransient(last)).toBe(true);
  });
});

describe('An error stays', () => {
  test.each([
    [2627, 'unique key'],
    [547, 'constraint'],
    [208, 'no such table'],
    [229, 'permission denied'],
    [4060, 'no such database'],
    [18456, 'login failed'],
    [8152, 'text too long'],
  ])('when the server says %i (%s)', (number) => {
    expect(isTransient(serverError(number))).toBe(false);
  });

  test.each([
    new Error('a fault of ours'),
    new TypeError('a fault of ours'),
    Object.assign(new Error("Login failed for user 'adapter'."), { code: 'ELOGIN' }),
    Object.assign(new Error('Cannot open database "wms" requested by the login.'), { code: 'ELOGIN' }),
    'a text',
    undefined,
  ])('when it is %o', (error) => {
    expect(isTransient(error)).toBe(false);
  });
});
