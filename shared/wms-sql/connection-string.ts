import sql from 'mssql';
import { SettingError } from '../settings.ts';

/** How the adapter signs in to the database. */
export type SqlLogin =
  | { readonly kind: 'sql'; readonly user: string; readonly password: string }
  /** Entra ID: what the process finds (environment, workload identity, managed identity, Azure CLI …). */
  | { readonly kind: 'default'; readonly clientId?: string }
  | { readonly kind: 'managed-identity'; readonly clientId?: string }
  | { readonly kind: 'workload-identity'; readonly clientId?: string }
  | {
      readonly kind: 'service-principal';
      readonly tenantId: string;
      readonly clientId: string;
      readonly clientSecret: string;
    };

/** A connection string, read. Times are milliseconds. */
export interface SqlConnectionString {
  readonly server: string;
  readonly port: number;
  readonly instanceName?: string;
  readonly database: string;
  readonly login: SqlLogin;
  /** `strict` is TDS 8.0: TLS before anything else. */
  readonly encrypt: boolean | 'strict';
  readonly trustServerCertificate: boolean;
  readonly applicationName?: string;
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly maxPoolSize: number;
  readonly minPoolSize: number;
  readonly readOnlyIntent: boolean;
  readonly multiSubnetFailover: boolean;
}

/**
 * Reads an ADO.NET connection string. The driver reads server, port and instance; keywords it passes over in silence
 * (`Authentication`, `Encrypt=Strict`, a misspelt one) are read or refused here.
 *
 * @param setting the setting's name, for the message
 * @throws {SettingError} one line that never holds a value of the string other than a plain number or keyword
 */
export function readConnectionString(setting: string, text: string): SqlConnectionString {
  const values = keywordsOf(setting, text);
  const { server, port, options } = readByDriver(setting, text);
  const wrong = (what: string) => new SettingError(`${setting}: ${what}`);
  if (!server || !Number.isInteger(port) || port < 1 || port > 65_535) {
    throw wrong('it must name the server: Server=HOST,PORT;Database=…;…');
  }
  const database = values.get('database');
  if (!database) throw wrong('it must name the database: Database=… (or Initial Catalog=…)');
  const number = (keyword: string, missing: number, least: number) => {
    const given = values.get(keyword);
    if (given === undefined) return missing;
    if (/^\d{1,6}$/.test(given) && Number(given) >= least) return Number(given);
    throw wrong(`${keyword} must be a whole number of at least ${least}`);
  };
  const maxPoolSize = number('max pool size', DEFAULT_POOL_SIZE, 2);
  const minPoolSize = number('min pool size', 0, 0);
  if (minPoolSize > maxPoolSize) throw wrong('min pool size must not be above max pool size');
  const applicationName = values.get('application name');
  return {
    server,
    port,
    ...(options.instanceName && { instanceName: options.instanceName }),
    database,
    login: loginOf(setting, values),
    encrypt: encryptOf(setting, values.get('encrypt')),
    trustServerCertificate: booleanOf(setting, values, 'trustservercertificate'),
    ...(applicationName && { applicationName }),
    connectTimeoutMs: number('connect timeout', DEFAULT_CONNECT_TIMEOUT_S, 1) * 1_000,
    requestTimeoutMs: number('command timeout', DEFAULT_COMMAND_TIMEOUT_S, 1) * 1_000,
    maxPoolSize,
    minPoolSize,
    readOnlyIntent: values.get('applicationintent')?.toLowerCase() === 'readonly',
    multiSubnetFailover: booleanOf(setting, values, 'multisubnetfailover'),
  };
}

const DEFAULT_CONNECT_TIMEOUT_S = 15;
const DEFAULT_COMMAND_TIMEOUT_S = 15;
const DEFAULT_POOL_SIZE = 10;

/**
 * Keywords with the spellings Microsoft.Data.SqlClient takes for them; `Tenant Id` is ours, for service principals.
 * Those of the last line change nothing here and are taken because portals and tools put them into their strings.
 */
const SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  server: ['server', 'data source', 'addr', 'address', 'network address'],
  database: ['database', 'initial catalog'],
  'user id': ['user id', 'uid', 'user'],
  password: ['password', 'pwd'],
  authentication: ['authentication'],
  'tenant id': ['tenant id'],
  encrypt: ['encrypt'],
  trustservercertificate: ['trustservercertificate', 'trust server certificate'],
  'application name': ['application name', 'app'],
  applicationintent: ['applicationintent', 'application intent'],
  multisubnetfailover: ['multisubnetfailover', 'multi subnet failover'],
  'connect timeout': ['connect timeout', 'connection timeout', 'timeout'],
  'command timeout': ['command timeout'],
  'max pool size': ['max pool size'],
  'min pool size': ['min pool size'],
  '': [
    'persist security info',
    'persistsecurityinfo',
    'multipleactiveresultsets',
    'pooling',
    'workstation id',
  ],
};
const KEYWORDS = new Map(
  Object.entries(SPELLINGS).flatMap(([keyword, spellings]) => spellings.map((text) => [text, keyword])),
);

/** `name=value;…`, where a value may stand in quotes or braces that are doubled inside it. */
const PART = /\s*([^=;]*?)\s*=\s*("(?:[^"]|"")*"|'(?:[^']|'')*'|\{(?:[^}]|\}\})*\}|[^;]*?)\s*(?:;|$)/gy;

function keywordsOf(setting: string, text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const trimmed = text.trim().replace(/[;\s]+$/, '');
  let read = 0;
  for (const [whole, name = '', value = ''] of trimmed.matchAll(PART)) {
    read += whole.length;
    const keyword = KEYWORDS.get(name.toLowerCase().replaceAll(/\s+/g, ' '));
    if (keyword === undefined) {
      // Only a name that can be no secret is repeated: a password with a semicolon that is not quoted ends up here.
      const shown = UNSUPPORTED.has(name.toLowerCase())
        ? `"${name}" is not supported`
        : 'it holds an unknown keyword';
      throw new SettingError(`${setting}: ${shown}; ${HINT}`);
    }
    values.set(keyword, unquoted(value));
  }
  if (read !== trimmed.length || values.size === 0) throw new SettingError(`${setting}: ${HINT}`);
  return values;
}

const HINT =
  'it must read Server=HOST,PORT;Database=…;User Id=…;Password=… or Server=…;Database=…;Authentication=Active Directory Default (a value that holds ";" or a quote goes into quotes)';

const UNSUPPORTED = new Set([
  'integrated security',
  'trusted_connection',
  'attachdbfilename',
  'failover partner',
  'driver',
  'hostnameincertificate',
  'servercertificate',
]);

function unquoted(value: string): string {
  const [first = ''] = value;
  const end = { '"': '"', "'": "'", '{': '}' }[first];
  return end === undefined ? value : value.slice(1, -1).replaceAll(end + end, end);
}

function readByDriver(setting: string, text: string) {
  try {
    const { server, port = 1433, options } = sql.ConnectionPool.parseConnectionString(text);
    return { server, port, options };
  } catch {
    // The driver's own message could repeat a part of the string.
    throw new SettingError(`${setting}: ${HINT}`);
  }
}

function booleanOf(setting: string, values: ReadonlyMap<string, string>, keyword: string): boolean {
  const given = (values.get(keyword) ?? 'false').toLowerCase();
  if (['true', 'yes'].includes(given)) return true;
  if (['false', 'no'].includes(given)) return false;
  throw new SettingError(`${setting}: ${keyword} must be true or false`);
}

/** The words of Microsoft.Data.SqlClient 4 and later, where encryption is on unless the string says otherwise. */
function encryptOf(setting: string, given = 'mandatory'): boolean | 'strict' {
  const word = given.toLowerCase();
  if (word === 'strict') return 'strict';
  if (['mandatory', 'true', 'yes'].includes(word)) return true;
  if (['optional', 'false', 'no'].includes(word)) return false;
  throw new SettingError(`${setting}: Encrypt must be Mandatory (or True), Strict, or Optional (or False)`);
}

function loginOf(setting: string, values: ReadonlyMap<string, string>): SqlLogin {
  const user = values.get('user id');
  const password = values.get('password');
  const identity = user ? { clientId: user } : {};
  const wrong = (what: string) => new SettingError(`${setting}: ${what}`);
  switch ((values.get('authentication') ?? 'sql password').toLowerCase().replaceAll(' ', '')) {
    case 'sqlpassword':
      if (!user || !password) {
        throw wrong('it must hold User Id and Password, or Authentication=Active Directory Default');
      }
      return { kind: 'sql', user, password };
    case 'activedirectorydefault':
      return { kind: 'default', ...identity };
    case 'activedirectorymanagedidentity':
    case 'activedirectorymsi':
      return { kind: 'managed-identity', ...identity };
    case 'activedirectoryworkloadidentity':
      return { kind: 'workload-identity', ...identity };
    case 'activedirectoryserviceprincipal': {
      const tenantId = values.get('tenant id');
      if (!tenantId || !user || !password) {
        throw wrong(
          'Active Directory Service Principal needs Tenant Id=…, User Id=(the application id) and Password=(its secret)',
        );
      }
      return { kind: 'service-principal', tenantId, clientId: user, clientSecret: password };
    }
    default:
      throw wrong(
        'Authentication must be Sql Password or Active Directory Default, Managed Identity, Workload Identity or Service Principal: nobody sits at a service to answer a prompt',
      );
  }
}
