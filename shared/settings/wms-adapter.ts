import { z } from 'zod';
import { identitySettings, serviceBusConnection } from './connections.ts';
import { settingMeanings, text } from './setting.ts';
import { telemetrySettings } from './telemetry.ts';
import { warehouseList } from './warehouses.ts';

const outsideDevelopment = 'unless on loopback with `STOCKBRIDGE_ENV=development`';

/** All settings of the WMS adapter. What goes together its reader says. */
export const wmsAdapterSettings = z.object({
  ...serviceBusConnection,
  WmsSqlConnection: text().register(settingMeanings, {
    meaning:
      "keeps the data [on SQL Server](../sql-server.md): `Server=HOST,PORT;Database=…;User Id=…;Password=…`. With `STOCKBRIDGE_WMS_OUTBOX`: the WMS's database, that or `sqlite:/path/file.db`",
    needed: 'with `STOCKBRIDGE_WMS_OUTBOX`',
    unlessSet: 'a SQLite file in the data folder',
    kind: 'secret',
  }),
  STOCKBRIDGE_WMS_OUTBOX: text().register(settingMeanings, {
    meaning:
      'file that describes the outbox of [an existing WMS](../existing-wms.md): the adapter only reads it and publishes it',
    kind: 'plain',
  }),
  STOCKBRIDGE_WAREHOUSES: warehouseList().register(settingMeanings, {
    meaning:
      'warehouses that exist from the start, each with a subscription of its name on the topics `allocation-requests` and `investigations`',
    unlessSet: '`WH-001,…,WH-008`',
    kind: 'plain',
  }),
  STOCKBRIDGE_ADAPTER_HOST: z.string().default('127.0.0.1').register(settingMeanings, {
    meaning: 'address to listen on',
    unlessSet: '127.0.0.1',
    kind: 'plain',
  }),
  STOCKBRIDGE_ADAPTER_PORT: port('7080').register(settingMeanings, {
    meaning: 'port; 0 takes a free one',
    unlessSet: '7080',
    kind: 'plain',
  }),
  STOCKBRIDGE_DATA: z.string().default('.stockbridge').register(settingMeanings, {
    meaning: "data folder; the adapter's is `wms-adapter` inside it",
    unlessSet: '`.stockbridge`',
    kind: 'plain',
  }),
  STOCKBRIDGE_ENV: text().register(settingMeanings, {
    meaning: '`development`: on loopback, take calls without a key and without TLS',
    kind: 'plain',
  }),
  STOCKBRIDGE_ADAPTER_KEY: text().register(settingMeanings, {
    meaning:
      "the administrator's key (ASCII, 16 characters or more), sent as `Authorization: Bearer …` or `x-api-key: …`; devices are registered with it and have keys of their own",
    needed: outsideDevelopment,
    kind: 'secret',
  }),
  STOCKBRIDGE_TLS_CERT: text().register(settingMeanings, {
    meaning: "PEM file of the certificate, the adapter's own first",
    needed: outsideDevelopment,
    kind: 'plain',
  }),
  STOCKBRIDGE_TLS_KEY: text().register(settingMeanings, {
    meaning: 'PEM file of its private key',
    needed: outsideDevelopment,
    kind: 'plain',
  }),
  ...telemetrySettings.shape,
  ...identitySettings,
});

function port(unlessSet: string) {
  return z
    .string()
    .default(unlessSet)
    .refine((given) => /^\d{1,5}$/.test(given) && Number(given) <= 65_535, {
      error: 'must be a port number, 0 to 65535',
    })
    .transform(Number);
}
