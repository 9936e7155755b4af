import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { freePorts, portsInUse } from './ports.ts';

describe('ports of the local stack', () => {
  test('a port in use is told with the part that needs it and the setting that moves it', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const taken = typeof address === 'object' && address ? address.port : 0;
    const [free = 0] = await freePorts(1);
    const parts = [
      { name: 'cosmos', ports: [{ port: taken, setting: 'STOCKBRIDGE_COSMOS_PORT' }] },
      { name: 'functions', ports: [{ port: free, setting: 'STOCKBRIDGE_FUNCTIONS_PORT' }] },
    ];
    expect(await portsInUse(parts)).toEqual([
      `Port ${taken}, which cosmos needs, is in use. Stop the program that holds it, or set STOCKBRIDGE_COSMOS_PORT to a free port.`,
    ]);
    server.close();
  });

  test('free ports are all different', async () => {
    expect(new Set(await freePorts(7)).size).toBe(7);
  });
});
