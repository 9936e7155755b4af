/**
 * Numbers of errors of SQL Server and Azure SQL that pass by themselves, so that the same work may succeed when it is
 * done again: those that Microsoft's own clients try again (`SqlConfigurableRetryFactory` of
 * Microsoft.Data.SqlClient, `SqlServerTransientExceptionDetector` of EF Core; without those of other products and
 * without 4060, which is as often a database that is not there) and, in the last three lines, those of a server that
 * stops, starts or hands over (sys.messages).
 */
const TRANSIENT_NUMBERS: ReadonlySet<number> = new Set([
  // No lock resource; deadlock victim; lock time-out; another database is being created.
  ...[1204, 1205, 1222, 1807],
  // No memory to run the query in, for now.
  ...[8645, 8651],
  // The connection could not be made, or broke.
  ...[20, 64, 121, 233, 10053, 10054, 10060],
  // Limits of the database's tier.
  ...[10928, 10929, 10936],
  // Azure SQL is busy, hands over, or wakes a serverless database up.
  ...[4221, 40143, 40197, 40501, 40540, 40613, 42109],
  // Too many operations in the subscription.
  ...[49918, 49919, 49920],
  // The session was killed; the server shuts down.
  ...[596, 6001, 6005],
  // The database is not yet recovered.
  ...[921, 922],
  // The replica is no longer, or not yet, the one that writes.
  ...[976, 983, 3906],
]);

/**
 * Codes of the driver (mssql and tedious) for a connection that could not be made or broke: nothing is known then of
 * what was under way. A time-out of a request belongs to them.
 */
const TRANSIENT_CODES: ReadonlySet<string> = new Set([
  'ESOCKET',
  'ECLOSE',
  'ETIMEOUT',
  'ECONNCLOSED',
  'EINVALIDSTATE',
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
]);

/**
 * What the server says to who signs in while it hands over, starts or is busy (40613, 40197, 40501, 922, 18401, 983): of
 * such an error the driver keeps the text alone.
 */
const SIGN_IN_LATER =
  /retry the connection later|error processing your request|service is currently busy|being recovered|script upgrade mode|not in the PRIMARY or SECONDARY role/;

/**
 * Whether the database ended the work by no fault of the work, so that it may be done again from its beginning. It
 * may have been committed all the same where the connection broke: only what can be repeated may be tried again.
 */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { number, code, precedingErrors, originalError } = error as SqlFailure;
  if (number !== undefined && TRANSIENT_NUMBERS.has(number)) return true;
  if (code !== undefined && TRANSIENT_CODES.has(code)) return true;
  if (code === 'ELOGIN' && SIGN_IN_LATER.test(error.message)) return true;
  if (error instanceof AggregateError && error.errors.some(isTransient)) return true;
  // An aborted transaction names its cause; a batch that failed several times keeps the earlier errors.
  return (
    (precedingErrors ?? []).some(isTransient) || (originalError !== undefined && isTransient(originalError))
  );
}

/** Whether the server, or the way to it, took longer than it was given. Such an error has cost that time already. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Error && (error as SqlFailure).code === 'ETIMEOUT';
}

/** What the driver's errors carry beside their message. */
interface SqlFailure extends Error {
  readonly number?: number;
  readonly code?: string;
  readonly precedingErrors?: readonly unknown[];
  readonly originalError?: unknown;
}
