import sqlite3InitModule, { type Database, type Sqlite3Static } from '@sqlite.org/sqlite-wasm';
import wasmFile from '@sqlite.org/sqlite-wasm/sqlite3.wasm';
import { OpenError, type OpenHow } from './device-host.ts';
import { openReserveFile, type ReserveFile } from './reserve-file.ts';

/** The files that the device's database may use, in the browser's own file system; nobody else can open them meanwhile. */
export type HeldFiles = {
  /** Opens the database, or makes it. */
  connect(): Database;
  /** The room beside them, where the browser gives it. */
  readonly reserve: ReserveFile | undefined;
  /** Lets go of the files, so that another worker can have them. The connection has to be closed before. */
  release(): void;
};

/** Where they lie in the origin private file system. Another name would be another, empty device. */
const DIRECTORY = '/stockbridge-scanner';
const DATABASE = '/scanner.sqlite3';

/** The database, its log, and what SQLite needs besides, now and then. */
const FILES = 6;

/** Milliseconds between attempts to get the files while another worker holds them: doubled up to the most. */
const RETRY = { least: 50, most: 1_000 };

/**
 * Loads SQLite and gets its files (VFS `opfs-sahpool`). Only one worker at a time can hold them; while the one before still does, it
 * tries again until `how.signal` is aborted.
 * @throws OpenError
 */
export async function openFiles(how: OpenHow): Promise<HeldFiles> {
  if (navigator.storage?.getDirectory === undefined) {
    throw new OpenError('unsupported', 'This browser keeps no files for a page');
  }
  // Its type leaves out the options, which it hands on to Emscripten.
  const load: (options: { readonly locateFile: () => string }) => Promise<Sqlite3Static> = sqlite3InitModule;
  const sqlite3 = await load({ locateFile: () => new URL(wasmFile, import.meta.url).href });
  const pool = await holdFiles(sqlite3, how);
  const reserve = await untilLetGo(how, openReserveFile);
  return {
    connect: () => new pool.OpfsSAHPoolDb(DATABASE),
    reserve,
    release() {
      reserve?.close();
      pool.pauseVfs();
    },
  };
}

async function holdFiles(sqlite3: Sqlite3Static, how: OpenHow) {
  return untilLetGo(how, async () => {
    const pool = await sqlite3.installOpfsSAHPoolVfs(poolOptions);
    // A pool whose first start was cut short has fewer.
    await pool.reserveMinimumCapacity(FILES);
    return pool;
  });
}

/** Opens files that a worker which ends may still hold. */
async function untilLetGo<Files>(
  { signal, onFilesHeld }: OpenHow,
  open: () => Promise<Files>,
): Promise<Files> {
  for (let pause = RETRY.least; ; pause = Math.min(2 * pause, RETRY.most)) {
    try {
      return await open();
    } catch (error) {
      if (!isNamed(error, 'NoModificationAllowedError')) throw openErrorOf(error);
      onFilesHeld();
      await new Promise((done) => setTimeout(done, pause));
      signal.throwIfAborted();
    }
  }
}

/**
 * Without `preserveOnInitFailure` an attempt that fails DELETES the files, and with them every scan of the device. Without
 * `forceReinitIfPreviouslyFailed`, which its type leaves out, a second attempt answers the failure of the first.
 */
const poolOptions = {
  name: 'stockbridge-scanner',
  directory: DIRECTORY,
  initialCapacity: FILES,
  preserveOnInitFailure: true,
  forceReinitIfPreviouslyFailed: true,
};

function openErrorOf(error: unknown): OpenError {
  const reason = isNamed(error, 'QuotaExceededError') ? 'storage-full' : 'unsupported';
  return new OpenError(reason, error instanceof Error ? error.message : String(error), { cause: error });
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
