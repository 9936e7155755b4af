import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const PROGRAM = join(import.meta.dirname, '../../infra/adapter/ask-health.mjs');
const LOOPBACK = '127.0.0.1';
/** macOS has only the first. */
const OTHER = process.platform === 'darwin' ? LOOPBACK : '127.0.0.2';

test.each([
  { setting: undefined, listens: LOOPBACK, status: 200, ends: 0 },
  { setting: '0.0.0.0', listens: LOOPBACK, status: 200, ends: 0 },
  { setting: OTHER, listens: OTHER, status: 200, ends: 0 },
  { setting: undefined, listens: LOOPBACK, status: 503, ends: 1 },
])(
  'An adapter set to listen on $setting that answers $status is asked, with exit code $ends',
  async ({ setting, listens, status, ends }) => {
    const server = createServer((_request, response) => response.writeHead(status).end('{}'));
    server.listen(0, listens);
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const env = {
      STOCKBRIDGE_ADAPTER_PORT: String(port),
      ...(setting && { STOCKBRIDGE_ADAPTER_HOST: setting }),
    };
    const [code] = await once(spawn(process.execPath, [PROGRAM], { env }), 'exit');
    expect(code).toBe(ends);
  },
);
