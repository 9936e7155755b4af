import { cleanupOutdatedCaches, precacheAndRoute } from 'workbox-precaching';
import { TAKE_OVER, UPLOAD } from './service-worker-messages.ts';

declare const self: ServiceWorkerGlobalScope;

/** https://wicg.github.io/background-sync/spec/: Chrome has it, and TypeScript's library does not. */
type SyncEvent = ExtendableEvent & { readonly tag: string };
declare global {
  interface ServiceWorkerGlobalScopeEventMap {
    sync: SyncEvent;
  }
}

// The whole app is fetched once for each version and comes out of the cache from then on; calls of the API go through.
precacheAndRoute([...PRECACHED], { ignoreURLParametersMatching: [/./] });
cleanupOutdatedCaches();

// A new version waits until the page says that nobody works with the old one: no skipWaiting on installation.
self.addEventListener('message', (event) => {
  if (event.data === TAKE_OVER) void self.skipWaiting();
});

// The first page is served by it without being loaded again.
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

// It cannot open the database, which belongs to a page's worker: it only wakes a page that is open.
self.addEventListener('sync', (event) => {
  if (event.tag === UPLOAD) event.waitUntil(wakePages());
});

async function wakePages(): Promise<void> {
  for (const page of await self.clients.matchAll({ type: 'window' })) page.postMessage(UPLOAD);
}
