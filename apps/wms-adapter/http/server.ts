import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { getRequestListener } from '@hono/node-server';
import { SettingError } from '../../../shared/settings.ts';
import type { Settings } from '../settings.ts';

const IDLE_CHECK_MS = 20;

export interface HttpServer {
  /** Where it listens, such as `http://127.0.0.1:7080`. */
  readonly url: string;
  /** Takes no new calls, lets those under way end for at most `graceMs`, then cuts them off. */
  close(graceMs: number): Promise<void>;
}

/**
 * Serves the API by the settings' host, port (0: a free one) and TLS.
 * @throws SettingError when the port is taken, the host is not one of this machine, or a TLS file cannot be used.
 */
export async function listen(
  api: { readonly fetch: (request: Request) => Response | Promise<Response> },
  settings: Pick<Settings, 'host' | 'port' | 'tls'>,
): Promise<HttpServer> {
  const listener = getRequestListener(api.fetch);
  const server = settings.tls ? createSecureServer(settings.tls, listener) : createServer(listener);
  const port = await startListening(server, settings);
  const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
  return {
    url: `${settings.tls ? 'https' : 'http'}://${host}:${port}`,
    close: (graceMs) => closeGracefully(server, graceMs),
  };
}

function startListening(server: Server, { host, port }: Pick<Settings, 'host' | 'port'>): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(startError(error, host, port)));
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function startError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new SettingError(
        `port ${port} on ${host} is in use: stop the other process or set STOCKBRIDGE_ADAPTER_PORT`,
      );
    case 'EACCES':
      return new SettingError(`port ${port} may not be used: set STOCKBRIDGE_ADAPTER_PORT to one above 1023`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new SettingError(`STOCKBRIDGE_ADAPTER_HOST is "${host}": this machine has no such address`);
    default:
      return error;
  }
}

function createSecureServer(
  { certificateFile, keyFile }: NonNullable<Settings['tls']>,
  listener: RequestListener,
): Server {
  const cert = readSetting('STOCKBRIDGE_TLS_CERT', certificateFile);
  const key = readSetting('STOCKBRIDGE_TLS_KEY', keyFile);
  try {
    return createTlsServer({ cert, key }, listener);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new SettingError(
      `STOCKBRIDGE_TLS_CERT is "${certificateFile}" and STOCKBRIDGE_TLS_KEY is "${keyFile}": they have to be the PEM files of a certificate and of its key (${why})`,
    );
  }
}

function readSetting(name: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new SettingError(`${name} is "${file}": ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function closeGracefully(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  // A connection that is kept alive becomes idle when its call ends, and would then stay open for seconds.
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
  const grace = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearInterval(idle);
  clearTimeout(grace);
}
