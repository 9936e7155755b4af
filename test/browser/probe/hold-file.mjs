// A worker that opens one of the device's files, like a tab that is ending: for good, or again and again for a moment, as the
// query says. Says "held" when it does for the first time. With ?damage it spoils all of them and lets go.

const root = await navigator.storage.getDirectory();
const folder = await (await root.getDirectoryHandle('stockbridge-scanner')).getDirectoryHandle('.opaque');

if (location.search === '?damage') {
  for await (const damaged of folder.values()) {
    const handle = await damaged.createSyncAccessHandle();
    // SQLite's pages begin behind a sector with the file's name.
    if (handle.getSize() > 4096) handle.write(new Uint8Array(2048).fill(7), { at: 4096 });
    handle.close();
  }
  postMessage('held');
  close();
}

const { value: file } = await folder.values().next();

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
for (;;) {
  const handle = await file.createSyncAccessHandle().catch(() => undefined);
  postMessage('held');
  if (location.search === '?for-good') break;
  await pause(3);
  handle?.close();
  await pause(3);
}
