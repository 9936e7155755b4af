import { join, resolve } from 'node:path';
import { parseSettings } from '../../shared/settings/setting.ts';
import { wmsAdapterSettings } from '../../shared/settings/wms-adapter.ts';
import { type Environment, SettingError } from '../../shared/settings.ts';
import { isLoopback } from './loopback.ts';

/** How the adapter runs. Read once at the start. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  /** Folder of the adapter's own data. */
  readonly dataFolder: string;
  /** File that describes the outbox of an existing WMS: with it the adapter reads that, and does nothing else. */
  readonly wmsOutboxFile: string | undefined;
  /** Warehouses that exist from the start. */
  readonly warehouseIds: readonly string[];
  /** Key a call has to bring; undefined only in development, where calls without a key are accepted. */
  readonly key: string | undefined;
  readonly keyRequired: boolean;
  readonly tls: { readonly certificateFile: string; readonly keyFile: string } | undefined;
}

/** Of the administrator's key outside development. Characters. */
const MIN_KEY_LENGTH = 16;

/**
 * Reads the settings from the environment. Only bound to loopback with `STOCKBRIDGE_ENV=development` are a key and
 * TLS optional; a key that is set is checked there too when a call brings one.
 *
 * @throws SettingError naming the variable and what to do.
 */
export function readSettings(environment: Environment): Settings {
  const values = parseSettings(environment, wmsAdapterSettings);
  const { STOCKBRIDGE_TLS_CERT: certificateFile, STOCKBRIDGE_TLS_KEY: keyFile } = values;
  const development = values.STOCKBRIDGE_ENV === 'development' && isLoopback(values.STOCKBRIDGE_ADAPTER_HOST);
  const missing = [
    ...(values.STOCKBRIDGE_ADAPTER_KEY === undefined ? ['STOCKBRIDGE_ADAPTER_KEY'] : []),
    ...(certificateFile === undefined ? ['STOCKBRIDGE_TLS_CERT'] : []),
    ...(keyFile === undefined ? ['STOCKBRIDGE_TLS_KEY'] : []),
  ];
  if (!development && missing.length > 0) {
    throw new SettingError(
      `set ${missing.join(', ')}, or, on a laptop, STOCKBRIDGE_ENV=development with a loopback STOCKBRIDGE_ADAPTER_HOST`,
    );
  }
  checkKey(values.STOCKBRIDGE_ADAPTER_KEY, development);
  if ((certificateFile === undefined) !== (keyFile === undefined)) {
    throw new SettingError('STOCKBRIDGE_TLS_CERT and STOCKBRIDGE_TLS_KEY go together: set both or neither');
  }
  return {
    host: values.STOCKBRIDGE_ADAPTER_HOST,
    port: values.STOCKBRIDGE_ADAPTER_PORT,
    dataFolder: resolve(join(values.STOCKBRIDGE_DATA, 'wms-adapter')),
    wmsOutboxFile: values.STOCKBRIDGE_WMS_OUTBOX,
    warehouseIds: values.STOCKBRIDGE_WAREHOUSES,
    key: values.STOCKBRIDGE_ADAPTER_KEY,
    keyRequired: !development,
    tls: certificateFile !== undefined && keyFile !== undefined ? { certificateFile, keyFile } : undefined,
  };
}

/** A header can bring no other characters, and the key alone guards all. What it is stands in no message. */
function checkKey(key: string | undefined, development: boolean): void {
  if (key === undefined) return;
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new SettingError('STOCKBRIDGE_ADAPTER_KEY must be printable ASCII without spaces');
  }
  if (!development && key.length < MIN_KEY_LENGTH) {
    throw new SettingError(
      `STOCKBRIDGE_ADAPTER_KEY has ${key.length} characters: set it to a random one of at least ${MIN_KEY_LENGTH}`,
    );
  }
}
