import { TAKE_OVER, UPLOAD } from './service-worker-messages.ts';

/**
 * What of a new version of the app is known. `ready`: it is loaded and waits to be begun. `begun`: it serves the pages from
 * now on, so this one has to be loaded again, as soon as nobody is in the middle of something.
 */
export type AppVersion = 'current' | 'ready' | 'begun';

export interface AppShell {
  /** Begins the new version that is `ready`; the listener hears `begun` when it has. */
  beginNewVersion(): void;
  /** Asks the browser to say when there is a network again, even to a page in the background; without it nothing happens. */
  askForWakeUp(): Promise<void>;
}

export type ShellListeners = {
  readonly onVersion: (version: AppVersion) => void;
  /** The browser has a network again. */
  readonly onWakeUp: () => void;
};

/** Milliseconds between two looks for a new version, beside the browser's own when a page is loaded. */
const LOOK_FOR_VERSION = 3_600_000;

/**
 * Has the app kept by the browser, so that it starts without a network. Undefined where the browser refuses service workers: no
 * HTTPS, or a certificate that somebody clicked through. The app works then, as long as it is not closed.
 */
export async function keepApp({ onVersion, onWakeUp }: ShellListeners): Promise<AppShell | undefined> {
  const container = navigator.serviceWorker;
  if (container === undefined) return undefined;
  container.addEventListener('message', (event) => {
    if (event.data === UPLOAD) onWakeUp();
  });
  const hadVersion = container.controller !== null;
  let isFirst = !hadVersion;
  container.addEventListener('controllerchange', () => {
    if (!isFirst) onVersion('begun');
    isFirst = false;
  });
  try {
    const registration = await container.register('./service-worker.js', { updateViaCache: 'none' });
    followVersions(registration, onVersion);
    return shellOf(registration);
  } catch (error) {
    console.warn('The app cannot be kept for working offline:', error);
    return undefined;
  }
}

function followVersions(registration: ServiceWorkerRegistration, onVersion: ShellListeners['onVersion']) {
  const lookAt = (worker: ServiceWorker | null) => {
    worker?.addEventListener('statechange', () => {
      if (worker.state === 'installed' && registration.active !== null) onVersion('ready');
    });
  };
  if (registration.waiting !== null) onVersion('ready');
  lookAt(registration.installing);
  registration.addEventListener('updatefound', () => lookAt(registration.installing));
  const look = () => void registration.update().catch(() => undefined);
  setInterval(look, LOOK_FOR_VERSION);
  globalThis.addEventListener('online', look);
}

/** https://wicg.github.io/background-sync/spec/ */
type SyncRegistration = { readonly sync?: { register(tag: string): Promise<void> } };

function shellOf(registration: ServiceWorkerRegistration & SyncRegistration): AppShell {
  return {
    beginNewVersion: () => registration.waiting?.postMessage(TAKE_OVER),
    // Refused in a private window and where a policy forbids it.
    askForWakeUp: async () => registration.sync?.register(UPLOAD).catch(() => undefined),
  };
}

/**
 * Asks the browser to keep what is stored when space runs out. It decides by itself: an app that was installed is granted it.
 */
export async function keepStorage(): Promise<boolean> {
  const { storage } = navigator;
  if (storage?.persist === undefined) return false;
  return (await storage.persisted()) || (await storage.persist());
}
