import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { SettingError } from '../settings.ts';
import { hasWmsSql, openWmsSql } from './connection.ts';

const options = {
  applicationName: 'a test',
  random: () => 0,
  sleep: async () => {},
  tries: 3,
};

describe('WmsSqlConnection', () => {
  test('that is missing or blank leaves the WMS database to the embedded one', () => {
    expect(hasWmsSql({})).toBe(false);
    expect(hasWmsSql({ WmsSqlConnection: '  ' })).toBe(false);
    expect(hasWmsSql({ WmsSqlConnection: 'Server=h' })).toBe(true);
  });

  test('that is missing is asked for by its name', async () => {
    await expect(openWmsSql({}, options)).rejects.toThrow(/^Setting WmsSqlConnection is missing: [^\n]*$/);
  });

  test('of a server that hangs up is tried again, then refused in one line that names server and database', async () => {
    let calls = 0;
    const server = createServer((socket) => {
      calls += 1;
      socket.destroy();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const WmsSqlConnection = `Server=127.0.0.1,${port};Database=wms;User Id=u;Password=topsecret;Connect Timeout=5`;
    const opening = openWmsSql({ WmsSqlConnection }, options);
    await expect(opening).rejects.toThrow(SettingError);
    await expect(opening).rejects.toThrow(
      new RegExp(`^WmsSqlConnection: the database wms on 127.0.0.1,${port} cannot be opened: [^\\n]+$`),
    );
    await expect(opening).rejects.not.toThrow(/topsecret/);
    expect(calls).toBe(3);
    server.close();
  });

  test('of a host that does not exist is refused by its name', async () => {
    const WmsSqlConnection = 'Server=nowhere.invalid;Database=wms;User Id=u;Password=topsecret';
    await expect(openWmsSql({ WmsSqlConnection }, { ...options, tries: 1 })).rejects.toThrow(
      /database wms on nowhere\.invalid,1433 cannot be opened/,
    );
  });
});
