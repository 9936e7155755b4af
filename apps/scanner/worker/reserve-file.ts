import type { Reserve } from '../store/room.ts';

/** Beside the directory of the database's files. */
const FILE = 'stockbridge-scanner.reserve';

/** SQLite's log grows to 4 MB before it is written back into the database, which may grow by as much then. */
const BYTES = 8 * 1024 * 1024;
/** Once the log has grown less is enough. */
const LEAST_BYTES = 2 * 1024 * 1024;
const AT_ONCE = new Uint8Array(256 * 1024);

/** Room that a file of its own holds in the origin private file system: an empty one when the database has the room. */
export type ReserveFile = Reserve & {
  /** A moment after its room was let go of, when the file is open again: until then `restore` cannot have any, wherever there is some. */
  untilOpen(): Promise<void>;
  close(): void;
};

/**
 * Opens it, and holds the room where there is enough. Undefined where not even an empty file can be made, or the browser fails on it: the
 * device does without then, rather than not at all.
 * @throws DOMException NoModificationAllowedError while another worker has it
 */
export async function openReserveFile(): Promise<ReserveFile | undefined> {
  try {
    return await openFile();
  } catch (error) {
    if (error instanceof Error && error.name === 'NoModificationAllowedError') throw error;
    return undefined;
  }
}

async function openFile(): Promise<ReserveFile> {
  const root = await navigator.storage.getDirectory();
  const file = await root.getFileHandle(FILE, { create: true });
  let handle: FileSystemSyncAccessHandle | undefined = await file.createSyncAccessHandle();
  let reopening: Promise<void> | undefined;
  let isClosed = false;

  /** Chrome takes back what it granted of the quota when a handle is closed, not when its file becomes shorter. */
  function release(): void {
    handle?.truncate(0);
    handle?.close();
    handle = undefined;
    reopening ??= reopen();
  }

  async function reopen(): Promise<void> {
    try {
      const opened = await file.createSyncAccessHandle();
      if (isClosed) opened.close();
      else handle = opened;
    } catch {
      // It is tried again when the room is wanted next.
    }
    reopening = undefined;
  }

  const isHeld = () => handle !== undefined && handle.getSize() >= LEAST_BYTES;

  /** Written, not only made as long: a file with holes holds no room on the disk. */
  function restore(): boolean {
    try {
      for (let at = 0; at < BYTES; at += AT_ONCE.length) handle?.write(AT_ONCE, { at });
      handle?.flush();
    } catch {
      // There is less.
    }
    if (!isHeld()) release();
    return isHeld();
  }

  if (!isHeld()) restore();
  return {
    ...{ isHeld, release, restore },
    async untilOpen() {
      if (handle !== undefined || isClosed) return;
      reopening ??= reopen();
      await reopening;
    },
    close() {
      isClosed = true;
      handle?.close();
    },
  };
}
