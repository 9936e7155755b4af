import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type BrowserContext, chromium, type Page } from 'playwright-core';

/** Where Debian, Ubuntu, Fedora and Google's own packages put it. */
const INSTALLED = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * The browser that the tests run in: `STOCKBRIDGE_CHROMIUM`, or where a package puts it. Undefined where there is none.
 * @throws Error in CI, where a test that is left out unseen would be worth nothing
 */
export function findChromium(): string | undefined {
  const path = [process.env.STOCKBRIDGE_CHROMIUM ?? '', ...INSTALLED].find((file) => existsSync(file));
  if (path === undefined && process.env.CI !== undefined) {
    throw new Error('No Chromium: install it (apt-get install chromium) or name it by STOCKBRIDGE_CHROMIUM');
  }
  return path;
}

/** A browser process with a profile folder. */
export interface Browser {
  readonly context: BrowserContext;
  /** A new tab, by default as big as a handheld's screen (4.7 inches, 720 × 1280 at a density of 2). */
  newPage(): Promise<Page>;
  /** Ends it like a user who closes it. */
  close(): Promise<void>;
  /** SIGKILL for it and its child processes: nothing is written any more. */
  kill(): Promise<void>;
}

/**
 * Starts a browser without a window. What it stores lies in `profile`, where the next one finds it.
 * @param flags more of Chromium's command line
 */
export async function startChromium(profile: string, flags: readonly string[] = []): Promise<Browser> {
  const path = findChromium();
  if (path === undefined) throw new Error('There is no Chromium');
  for (let start = 1; start < STARTS; start += 1) {
    const browser = await startBrowser(path, profile, flags).catch(() => undefined);
    if (browser) return browser;
  }
  return startBrowser(path, profile, flags);
}

/** Chromium sometimes stops between listening and answering, when it is started on a machine that has much else to do. */
const STARTS = 3;
const ANSWERS_WITHIN_MS = 10_000;

/** @throws Error when it does not start; nothing of it is left then */
async function startBrowser(path: string, profile: string, flags: readonly string[]): Promise<Browser> {
  // A process group of its own, so that its children can be killed with it.
  const child = spawn(path, [...FLAGS, ...flags, `--user-data-dir=${profile}`], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const kill = async () => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      process.kill(-child.pid, 'SIGKILL');
    }
    await ended;
  };
  const connection = await connectTo(child).catch(async (error) => {
    await kill();
    throw error;
  });
  const [context] = connection.contexts();
  if (context === undefined) throw new Error('The browser has no profile');
  return {
    context,
    async newPage() {
      const page = await context.newPage();
      await page.setViewportSize({ width: 360, height: 640 });
      return page;
    },
    async close() {
      const session = await connection.newBrowserCDPSession();
      await session.send('Browser.close');
      await ended;
    },
    kill,
  };
}

/** Makes a page's own thread so many times slower, as a handheld's is; workers cannot be slowed down. */
export async function slowDown({ context }: Browser, page: Page, rate: number): Promise<void> {
  const session = await context.newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate });
}

const FLAGS = [
  '--headless',
  '--remote-debugging-port=0',
  // Tests run as root in containers.
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-extensions',
  '--disable-sync',
  '--disable-gpu',
  '--mute-audio',
  '--password-store=basic',
];

async function connectTo(child: ChildProcess) {
  return chromium.connectOverCDP(await endpointOf(child), { timeout: ANSWERS_WITHIN_MS });
}

/** Where it listens, which it prints when it does. */
function endpointOf(child: ChildProcess): Promise<string> {
  let printed = '';
  return new Promise((resolve, reject) => {
    child.stderr?.on('data', (chunk: Buffer) => {
      printed += chunk.toString('utf8');
      const url = /^DevTools listening on (ws:\S+)$/m.exec(printed)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`Chromium ended with code ${code}: ${printed}`)));
  });
}
