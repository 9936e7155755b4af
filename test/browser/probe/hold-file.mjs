// A worker that keeps one of the device's files open, like a tab that is ending; says "held" when it does.

const root = await navigator.storage.getDirectory();
const folder = await (await root.getDirectoryHandle('stockbridge-scanner')).getDirectoryHandle('.opaque');
for await (const file of folder.values()) {
  if (file instanceof FileSystemFileHandle) {
    await file.createSyncAccessHandle();
    break;
  }
}
postMessage('held');

export {};
