import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { WmsUnavailable } from '../ports/wms-sql.ts';
import { SettingError } from '../settings.ts';
import { openWmsReader } from './open-reader.ts';

const CONNECTION = 'Server=127.0.0.1,1;Database=wms;User Id=reader;Password=topsecret';

describe('The WMS database that reconciliation reads', () => {
  test('is none without a setting', async () => {
    expect(await openWmsReader({})).toBeUndefined();
    expect(await openWmsReader({ WmsSqlConnection: ' ', WmsSqlFile: '' })).toBeUndefined();
  });

  test.each([
    [{ WmsSqlConnection: CONNECTION, WmsSqlFile: 'wms.db' }, /WmsSqlConnection and WmsSqlFile are both set/],
    [{ WmsSqlConnection: 'topsecret' }, /^WmsSqlConnection: it must read Server=/],
    [
      { WmsSqlConnection: `${CONNECTION};ApplicationIntent=ReadOnly` },
      /leave ApplicationIntent=ReadOnly out/,
    ],
  ])('is not guessed at when the settings %j are wrong', async (settings, message) => {
    const opening = openWmsReader(settings);
    await expect(opening).rejects.toThrow(SettingError);
    await expect(opening).rejects.toThrow(message);
    await expect(opening).rejects.not.toThrow(/topsecret/);
  });

  test('that is away does not stop the start, and is tried anew at every call', async () => {
    let calls = 0;
    const server = createServer((socket) => {
      calls += 1;
      socket.destroy();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const WmsSqlConnection = `Server=127.0.0.1,${port};Database=wms;User Id=reader;Password=topsecret`;
    const wms = await openWmsReader({ WmsSqlConnection });
    expect(calls).toBe(0);
    for (const _time of [1, 2]) {
      const before = calls;
      const mark = wms?.mark();
      await expect(mark).rejects.toThrow(WmsUnavailable);
      await expect(mark).rejects.toThrow(
        new RegExp(`^the WMS database cannot be read: [^\\n]*127.0.0.1,${port}[^\\n]*$`),
      );
      await expect(mark).rejects.not.toThrow(/topsecret/);
      expect(calls).toBeGreaterThan(before);
    }
    server.close();
  });

  test('in a file that is not there does not stop the start either, and says what to do', async () => {
    for (const settings of [
      { WmsSqlFile: '/nowhere/wms.db' },
      { WmsSqlConnection: 'sqlite:/nowhere/wms.db' },
    ]) {
      const wms = await openWmsReader(settings);
      await expect(wms?.mark()).rejects.toThrow(WmsUnavailable);
      await expect(wms?.mark()).rejects.toThrow(
        /^the WMS database \/nowhere\/wms.db is not there: start the WMS adapter/,
      );
    }
  });
});
