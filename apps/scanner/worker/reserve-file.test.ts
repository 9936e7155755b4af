import { afterEach, expect, test, vi } from 'vitest';
import { openDeviceStore } from '../store/device-store.ts';
import { receipt } from '../store/device-store-contract.ts';
import { openNodeSqlite } from '../store/node-sqlite.ts';
import { openReserveFile } from './reserve-file.ts';

afterEach(() => vi.unstubAllGlobals());

/** A browser that fails to open a file, by the name of its error. */
function browserFailing(name: string): void {
  browserWith(() => Promise.reject(new DOMException('no', name)));
}

function browserWith(createSyncAccessHandle: () => Promise<unknown>): void {
  const getFileHandle = async () => ({ createSyncAccessHandle });
  vi.stubGlobal('navigator', { storage: { getDirectory: async () => ({ getFileHandle }) } });
}

test.each(['QuotaExceededError', 'InvalidStateError', 'UnknownError'])(
  'where it cannot be opened (%s) scans are stored as long as there is room, and none that is synced is forgotten',
  async (name) => {
    browserFailing(name);
    const store = openDeviceStore(openNodeSqlite(':memory:'), await openReserveFile());
    for (let scans = 0; scans < 3; scans += 1) {
      const { transactionId } = store.append(receipt()).transaction;
      const booked = { flags: [], isShort: false };
      store.settle([{ transactionId, state: 'synced', booked }], '2026-11-22T10:00:00.000Z');
    }
    expect(store.backlog().counts).toMatchObject({ queued: 0, synced: 3 });
  },
);

test('while another worker has it, it is waited for', async () => {
  browserFailing('NoModificationAllowedError');
  await expect(openReserveFile()).rejects.toThrow(DOMException);
});

test('room that was let go of is to be had again once the file is open again, which is tried again where it fails', async () => {
  let isOpen = false;
  let size = 0;
  const handle = {
    write: (bytes: Uint8Array, { at }: { readonly at: number }) => {
      size = Math.max(size, at + bytes.length);
    },
    truncate: (to: number) => {
      size = to;
    },
    getSize: () => size,
    flush: () => undefined,
    close: () => {
      isOpen = false;
    },
  };
  const createSyncAccessHandle = vi.fn(async () => {
    if (isOpen) throw new DOMException('no', 'NoModificationAllowedError');
    isOpen = true;
    return handle;
  });
  browserWith(createSyncAccessHandle);
  const reserve = await openReserveFile();
  expect(reserve?.isHeld()).toBe(true);
  createSyncAccessHandle.mockRejectedValueOnce(new DOMException('no', 'UnknownError'));
  reserve?.release();
  await reserve?.untilOpen();
  expect(reserve?.restore()).toBe(false);
  await reserve?.untilOpen();
  expect(reserve?.restore()).toBe(true);
  expect(createSyncAccessHandle).toHaveBeenCalledTimes(3);
});
