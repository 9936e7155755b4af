import { describe, expect, test } from 'vitest';
import { SettingError } from '../settings.ts';
import { readConnectionString } from './connection-string.ts';

const read = (text: string) => readConnectionString('WmsSqlConnection', text);
const SQL_LOGIN = 'Server=db.example.net,1444;Database=wms;User Id=adapter;Password=topsecret';
const ENTRA = 'Server=db.example.net;Database=wms';

describe('A connection string', () => {
  test('names server, port, database and an SQL login; encryption is on and the certificate is checked', () => {
    expect(read(SQL_LOGIN)).toEqual({
      server: 'db.example.net',
      port: 1444,
      database: 'wms',
      login: { kind: 'sql', user: 'adapter', password: 'topsecret' },
      encrypt: true,
      trustServerCertificate: false,
      connectTimeoutMs: 15_000,
      requestTimeoutMs: 15_000,
      maxPoolSize: 10,
      minPoolSize: 0,
      readOnlyIntent: false,
      multiSubnetFailover: false,
    });
  });

  test('is taken as the Azure portal shows it', () => {
    const portal =
      'Server=tcp:x.database.windows.net,1433;Initial Catalog=wms;Persist Security Info=False;User ID=adapter;Password=topsecret;MultipleActiveResultSets=False;Encrypt=True;TrustServerCertificate=False;Connection Timeout=30;';
    expect(read(portal)).toMatchObject({
      server: 'x.database.windows.net',
      port: 1433,
      database: 'wms',
      connectTimeoutMs: 30_000,
    });
  });

  test('sets pool, time-outs and the name the server lists', () => {
    const text = `${SQL_LOGIN};Max Pool Size=20;Min Pool Size=2;Command Timeout=60;Connect Timeout=5;App=dock 4`;
    expect(read(text)).toMatchObject({
      maxPoolSize: 20,
      minPoolSize: 2,
      requestTimeoutMs: 60_000,
      connectTimeoutMs: 5_000,
      applicationName: 'dock 4',
    });
  });

  test('names an instance', () => {
    expect(read('Server=dbhost\\WMS;Database=wms;Uid=a;Pwd=b')).toMatchObject({
      server: 'dbhost',
      instanceName: 'WMS',
    });
  });

  test.each([
    ['"a;b""c"', 'a;b"c'],
    ["'a;b''c'", "a;b'c"],
    ['{a;b}', 'a;b'],
    ['a=b', 'a=b'],
    ['a"b', 'a"b'],
  ])('holds the password %s as %s', (written, password) => {
    expect(read(`${ENTRA};User Id=u;Password=${written}`).login).toEqual({
      kind: 'sql',
      user: 'u',
      password,
    });
  });

  test.each([
    ['Strict', 'strict'],
    ['Mandatory', true],
    ['true', true],
    ['Optional', false],
    ['no', false],
  ])('Encrypt=%s means %s', (word, encrypt) => {
    expect(read(`${SQL_LOGIN};Encrypt=${word}`).encrypt).toBe(encrypt);
  });

  test('trusts any certificate only where it says so', () => {
    expect(read(`${SQL_LOGIN};TrustServerCertificate=True`).trustServerCertificate).toBe(true);
    expect(read(`${SQL_LOGIN};Trust Server Certificate=yes`).trustServerCertificate).toBe(true);
  });

  test.each([
    ['Active Directory Default', { kind: 'default' }],
    ['ActiveDirectoryDefault;User Id=client', { kind: 'default', clientId: 'client' }],
    ['Active Directory Managed Identity', { kind: 'managed-identity' }],
    ['Active Directory MSI;User Id=client', { kind: 'managed-identity', clientId: 'client' }],
    ['Active Directory Workload Identity', { kind: 'workload-identity' }],
    [
      'Active Directory Service Principal;Tenant Id=t;User Id=client;Password=topsecret',
      { kind: 'service-principal', tenantId: 't', clientId: 'client', clientSecret: 'topsecret' },
    ],
    ['Sql Password;User Id=u;Password=p', { kind: 'sql', user: 'u', password: 'p' }],
  ])('signs in by Authentication=%s', (authentication, login) => {
    expect(read(`${ENTRA};Authentication=${authentication}`).login).toEqual(login);
  });
});

describe('One line that holds no password refuses a connection string', () => {
  test.each([
    ['that is none', 'topsecret', /must read Server=HOST,PORT/],
    ['that is empty', ';', /must read Server=HOST,PORT/],
    ['without a server', 'Database=wms;User Id=u;Password=topsecret', /must name the server/],
    [
      'with a port that is none',
      'Server=h,port;Database=d;User Id=u;Password=topsecret',
      /must name the server/,
    ],
    ['without a database', 'Server=h;User Id=u;Password=topsecret', /must name the database/],
    ['without a password', 'Server=h;Database=d;User Id=u', /User Id and Password/],
    ['without any login', 'Server=h;Database=d', /User Id and Password/],
    ['with a keyword that is misspelt', `${SQL_LOGIN};TrustServerCertifcate=True`, /unknown keyword/],
    ['with a semicolon in a bare password', `${SQL_LOGIN};topsecret2=x`, /unknown keyword/],
    ['with a quote that does not end', `${ENTRA};User Id=u;Password="topsecret`, /must read Server/],
    ['of the Windows login', `${ENTRA};Integrated Security=true`, /"Integrated Security" is not supported/],
    [
      'with a login at a prompt',
      `${ENTRA};Authentication=Active Directory Interactive`,
      /Authentication must be/,
    ],
    [
      'of a service principal without a tenant',
      `${ENTRA};Authentication=Active Directory Service Principal;User Id=c;Password=topsecret`,
      /Tenant Id/,
    ],
    [
      'with a time-out that is none',
      `${SQL_LOGIN};Connect Timeout=soon`,
      /connect timeout must be a whole number/,
    ],
    [
      'with a pool of one, which a transaction and a query would fight for',
      `${SQL_LOGIN};Max Pool Size=1`,
      /at least 2/,
    ],
    ['with another word for encryption', `${SQL_LOGIN};Encrypt=perhaps`, /Encrypt must be/],
    ['with another word for trust', `${SQL_LOGIN};TrustServerCertificate=perhaps`, /must be true or false/],
  ])('%s', (_, text, message) => {
    const reading = () => read(text);
    expect(reading).toThrow(SettingError);
    expect(reading).toThrow(message);
    expect(reading).toThrow(/^WmsSqlConnection: [^\n]*$/);
    expect(reading).not.toThrow(/topsecret/);
  });
});
