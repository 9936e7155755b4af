import { readFile } from 'node:fs/promises';

/** A file as HTTP sends it. */
export type ConsoleFile = {
  readonly status: 200 | 404;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
};

/** Names that the build gives, with a hash of the content in them: such a file is never another one. */
const ASSET = /^assets\/[a-z]+-[A-Z0-9]{8}\.(js|css|svg)$/;

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

const PAGE = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' };

/**
 * With which everything of the console is sent: it runs scripts and styles that are files of its own, talks to its own
 * origin only, and nobody may show it in a frame.
 */
const SECURE = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
};

/**
 * What stands under a path of the console: a file of the build, or the page, which knows its places itself. Only names
 * of the form that the build gives are ever looked for.
 *
 * @param folder what apps/console/build.mjs made; it may come, and be replaced, at any time
 * @param path below the console's own, decoded, without a slash at its beginning
 */
export async function consoleFile(folder: URL, path: string): Promise<ConsoleFile> {
  if (path.startsWith('assets/')) return asset(folder, path);
  const page = await read(new URL('index.html', folder));
  const headers = { ...SECURE, ...PAGE };
  return page ? { status: 200, headers, body: page } : { status: 404, headers, body: NOT_BUILT };
}

async function asset(folder: URL, path: string): Promise<ConsoleFile> {
  const [, ending = ''] = ASSET.exec(path) ?? [];
  const type = TYPES[ending];
  const body = type && (await read(new URL(path, folder)));
  if (!type || !body) {
    const headers = { ...SECURE, 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-cache' };
    return { status: 404, headers, body: 'The console has no such file; load its page again.\n' };
  }
  const forGood = 'public, max-age=31536000, immutable';
  return { status: 200, headers: { ...SECURE, 'content-type': type, 'cache-control': forGood }, body };
}

async function read(file: URL): Promise<Uint8Array | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

const NOT_BUILT = `<!doctype html><html lang="en"><title>The console is not built</title>
<p>The console has not been built here: run <code>npm run build</code> and load this page again.
`;
