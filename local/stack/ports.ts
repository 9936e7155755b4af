import { createServer } from 'node:net';

/** A port of a part, and the setting that moves it. */
export type PartPort = { port: number; setting: string };

/** One line for each port that another program holds, naming port, part and setting. */
export async function portsInUse(
  parts: readonly { name: string; ports: readonly PartPort[] }[],
): Promise<string[]> {
  const wanted = parts.flatMap(({ name, ports }) => ports.map((port) => ({ name, ...port })));
  const free = await Promise.all(wanted.map(({ port }) => isFree(port)));
  return wanted
    .filter((_, index) => free[index] === false)
    .map(
      ({ name, port, setting }) =>
        `Port ${port}, which ${name} needs, is in use. Stop the program that holds it, or set ${setting} to a free port.`,
    );
}

/** That many different free ports of 127.0.0.1. They are held together until all are known, so none comes twice. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listen(0)));
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('a TCP server has no port');
    return address.port;
  });
  await Promise.all(servers.map(close));
  return ports;
}

async function isFree(port: number): Promise<boolean> {
  try {
    await close(await listen(port));
    return true;
  } catch {
    return false;
  }
}

function listen(port: number) {
  const server = createServer();
  return new Promise<typeof server>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1' }, () => resolve(server));
  });
}

function close(server: ReturnType<typeof createServer>): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
