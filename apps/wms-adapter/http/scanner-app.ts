import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono, type MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { shortened } from '../../../shared/http/problem-details.ts';
import type { Settings } from '../settings.ts';
import { checkOwnMachine } from './authentication.ts';
import type { ApiEnvironment } from './call.ts';
import { ProblemException } from './problem.ts';

/** Where `npm run build` puts the scanner's web app. */
export const SCANNER_FOLDER = fileURLToPath(new URL('../../../dist/scanner/', import.meta.url));

export interface ScannerAppParts {
  /** The app as it was built; it may come, go and be replaced while the adapter runs. */
  readonly folder: string;
  readonly settings: Pick<Settings, 'keyRequired'>;
}

const PATH = '/scanner';
/** A file whose name holds the hash that esbuild gives it is never another one. */
const HASHED = /^\/scanner\/assets\/[^/]+-[A-Z0-9]{8}\.\w+$/;
/** Page, service worker, manifest and icons are asked for anew each time, so that devices come by a new version. */
const ASK_EACH_TIME = 'no-cache';
const FOR_GOOD = 'public, max-age=31536000, immutable';

/**
 * The scanner's web app, under `/scanner/`. It needs no key: a browser that opens a page, or looks for a new version of a service
 * worker, sends none, and the files are the same for everybody and hold no data; what the app shows it gets from the API with the
 * device's key. In development it is for this machine only, as the API without a key.
 */
export function scannerApp({ folder, settings }: ScannerAppParts): Hono<ApiEnvironment> {
  const files = serveStatic<ApiEnvironment>({
    rewriteRequestPath: (path) => join(folder, path.slice(PATH.length)),
  });
  // As middlewares: they are no routes of the API.
  return new Hono<ApiEnvironment>()
    .use(`${PATH}/*`, secureHeaders(SECURE), async (context, next) => {
      if (!settings.keyRequired) checkOwnMachine(context);
      await next();
      if (context.res.ok && HASHED.test(context.req.path)) context.header('cache-control', FOR_GOOD);
      else context.header('cache-control', ASK_EACH_TIME);
    })
    .use(`${PATH}/*`, readOnly)
    .use(PATH, withSlash)
    .use(`${PATH}/*`, files, (context) => {
      throw notThere(folder, context.req.path);
    });
}

const readOnly: MiddlewareHandler<ApiEnvironment> = async ({ req }, next) => {
  if (req.method !== 'GET' && req.method !== 'HEAD') {
    const detail = `${shortened(req.path)} takes GET, HEAD`;
    throw new ProblemException(405, `No ${req.method} here`, { detail }, { allow: 'GET, HEAD' });
  }
  await next();
};

/** The names in the page are relative to it. So is this one, for who serves the adapter below another path. */
const withSlash: MiddlewareHandler<ApiEnvironment> = async (context) =>
  context.redirect(`scanner/${new URL(context.req.url).search}`, 308);

function notThere(folder: string, path: string): ProblemException {
  if (existsSync(join(folder, 'index.html'))) {
    return new ProblemException(404, 'Not found', { detail: `there is no file ${shortened(path)}` });
  }
  const detail = 'the scanner app has not been built here: run "npm run build" and load this page again';
  return new ProblemException(404, 'The scanner app is not built', { detail });
}

/**
 * The app runs scripts and styles that are files of its own, compiles WebAssembly (SQLite) and talks to this adapter only; nobody may
 * show it in a frame. Without Strict-Transport-Security, which would hold for all ports of the host, whatever is served there.
 */
const SECURE: Parameters<typeof secureHeaders>[0] = {
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
    workerSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", 'data:', 'blob:'],
    mediaSrc: ["'self'", 'data:', 'blob:'],
    fontSrc: ["'self'"],
    connectSrc: ["'self'"],
    manifestSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
  // The camera reads barcodes where the browser can.
  permissionsPolicy: { camera: ['self'], microphone: [], geolocation: [], payment: [], usb: [] },
  xFrameOptions: 'DENY',
  strictTransportSecurity: false,
};
