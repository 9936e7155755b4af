import { openDevice } from '../core/device.ts';
import { type DeviceStore, StorageFullError } from '../core/device-store.ts';
import { adapterClient } from '../http/adapter-client.ts';
import { openDeviceStore } from '../store/device-store.ts';
import { sqliteWasm } from '../store/sqlite-wasm.ts';
import { browserClock } from './device-clock.ts';
import { type OpenDevice, OpenError, type OpenHow } from './device-host.ts';
import { type HeldFiles, openFiles } from './open-files.ts';
import { storageRoom } from './storage-room.ts';

/**
 * The device in a browser: SQLite in its own files, the adapter that the page comes from, the browser's clocks and network.
 * @throws OpenError
 */
export async function openScanner(how: OpenHow): Promise<OpenDevice> {
  const files = await openFiles(how);
  const store = openStore(files);
  const clock = browserClock();
  const ending = new AbortController();
  const device = openDevice({
    store,
    clock,
    client: adapterClient({
      origin: self.location.origin,
      key: () => store.enrolment()?.key,
      clock,
      signal: ending.signal,
    }),
    random: Math.random,
    after(ms, callback) {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
    newId: () => crypto.randomUUID(),
    log: console.warn,
    storageRoom,
  });
  const { signal } = ending;
  for (const event of ['online', 'offline'] as const) {
    self.addEventListener(event, () => device.networkChanged(event === 'online'), { signal });
  }
  return {
    device: {
      ...device,
      async submit(...scan) {
        // Else a scan of that moment would be told that there is no room.
        await files.reserve?.untilOpen();
        return device.submit(...scan);
      },
    },
    async close() {
      device.close();
      ending.abort();
      store.close();
      files.release();
    },
  };
}

function openStore(files: HeldFiles): DeviceStore {
  try {
    return openDeviceStore(sqliteWasm(files.connect()), files.reserve);
  } catch (error) {
    throw new OpenError(reasonOf(error), error instanceof Error ? error.message : String(error), {
      cause: error,
    });
  }
}

/** https://sqlite.org/rescode.html: SQLITE_CORRUPT and SQLITE_NOTADB. */
const DAMAGE = [11, 26];

function reasonOf(error: unknown) {
  if (error instanceof StorageFullError) return 'storage-full';
  if (error instanceof Error && 'resultCode' in error && DAMAGE.includes(Number(error.resultCode) & 0xff)) {
    return 'damaged';
  }
  return 'unexpected';
}
