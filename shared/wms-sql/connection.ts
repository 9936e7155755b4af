import type { TokenCredential } from '@azure/identity';
import sql from 'mssql';
import { processIdentity } from '../identity.ts';
import { type Environment, SettingError } from '../settings.ts';
import { readConnectionString, type SqlConnectionString, type SqlLogin } from './connection-string.ts';
import { type RetryOptions, retrying } from './retrying.ts';

/** The setting that holds the connection string of the WMS database. */
export const WMS_SQL_SETTING = 'WmsSqlConnection';

export interface WmsSqlOptions extends RetryOptions {
  /** What the server lists the sessions under, unless the string says so itself. */
  readonly applicationName: string;
  /** The setting the string was read from, for messages. */
  readonly setting?: string;
}

/** Whether the environment says that the WMS database is a SQL Server. */
export function hasWmsSql(environment: Environment): boolean {
  return Boolean(environment[WMS_SQL_SETTING]?.trim());
}

/**
 * Opens the pool of connections to the WMS database by setting `WmsSqlConnection`, and signs in once. Times are
 * written and read as UTC.
 *
 * @throws {SettingError} when it is missing, cannot be read or the server does not let the adapter in. The message
 * never holds the password.
 */
export async function openWmsSql(
  environment: Environment,
  options: WmsSqlOptions,
): Promise<sql.ConnectionPool> {
  const text = environment[WMS_SQL_SETTING]?.trim();
  if (!text) {
    throw new SettingError(
      `Setting ${WMS_SQL_SETTING} is missing: set it to a connection string, Server=HOST,PORT;Database=…;User Id=…;Password=…`,
    );
  }
  return await openSqlPool(text, options);
}

/** As `openWmsSql`, by the connection string itself. */
export async function openSqlPool(text: string, options: WmsSqlOptions): Promise<sql.ConnectionPool> {
  const { setting = WMS_SQL_SETTING, applicationName } = options;
  const connection = readConnectionString(setting, text);
  const config = await poolConfig(connection, applicationName);
  try {
    // The driver keeps nothing of a pool that failed to connect; each try is a new one.
    return await retrying(() => connect(config), options);
  } catch (error) {
    throw new SettingError(`${setting}: ${reasonOf(connection, error)}`);
  }
}

async function connect(config: sql.config): Promise<sql.ConnectionPool> {
  const pool = new sql.ConnectionPool(config);
  // A connection that breaks while nobody uses it is replaced by the next acquire; unheard, it would end the process.
  pool.on('error', () => {});
  return await pool.connect();
}

async function poolConfig(connection: SqlConnectionString, applicationName: string): Promise<sql.config> {
  const { server, port, instanceName, database, login } = connection;
  return {
    server,
    port,
    database,
    ...(await credentialsOf(login)),
    connectionTimeout: connection.connectTimeoutMs,
    requestTimeout: connection.requestTimeoutMs,
    // No `SELECT 1` before every use: what breaks is tried again.
    validateConnection: 'socket',
    pool: {
      max: connection.maxPoolSize,
      min: connection.minPoolSize,
      acquireTimeoutMillis: connection.connectTimeoutMs + connection.requestTimeoutMs,
    },
    options: {
      ...(instanceName !== undefined && { instanceName }),
      // The driver's types are older than `strict`.
      encrypt: connection.encrypt as boolean,
      trustServerCertificate: connection.trustServerCertificate,
      appName: connection.applicationName ?? applicationName,
      readOnlyIntent: connection.readOnlyIntent,
      multiSubnetFailover: connection.multiSubnetFailover,
      useUTC: true,
      enableArithAbort: true,
      abortTransactionOnError: true,
    },
  };
}

async function credentialsOf(login: SqlLogin): Promise<Partial<sql.config>> {
  if (login.kind === 'sql') return { user: login.user, password: login.password };
  const credential = await credentialOf(login);
  return { authentication: { type: 'token-credential', options: { credential } } };
}

/** One credential for the whole pool, so that its connections share the token. */
async function credentialOf(login: Exclude<SqlLogin, { kind: 'sql' }>): Promise<TokenCredential> {
  if (login.kind === 'default' && login.clientId === undefined) return await processIdentity();
  // Large, and only needed here.
  const identity = await import('@azure/identity');
  switch (login.kind) {
    case 'default':
      return new identity.DefaultAzureCredential({ managedIdentityClientId: login.clientId ?? '' });
    case 'managed-identity':
      return login.clientId === undefined
        ? new identity.ManagedIdentityCredential()
        : new identity.ManagedIdentityCredential({ clientId: login.clientId });
    case 'workload-identity':
      return new identity.WorkloadIdentityCredential(
        login.clientId === undefined ? {} : { clientId: login.clientId },
      );
    case 'service-principal':
      return new identity.ClientSecretCredential(login.tenantId, login.clientId, login.clientSecret);
  }
}

/** One line: which server, what it said, without anything secret. */
function reasonOf({ server, port, database, login }: SqlConnectionString, error: unknown): string {
  const causes = error instanceof AggregateError ? error.errors : [error];
  const said = causes
    .map((cause: unknown) => (cause instanceof Error ? cause.message : String(cause)))
    .join('; ')
    .replaceAll(/\s+/g, ' ');
  const secrets = [
    login.kind === 'sql' && login.password,
    login.kind === 'service-principal' && login.clientSecret,
  ];
  const plain = secrets.reduce<string>(
    (text, secret) => (secret ? text.replaceAll(secret, '…') : text),
    said,
  );
  return `the database ${database} on ${server},${port} cannot be opened: ${plain}`;
}
