import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { readCode } from '../../scanner/core/read-code.ts';
import { type AdapterUnderTest, startAdapterUnderTest } from '../adapter-under-test.ts';
import { cardText } from './card.ts';
import { printDeviceCard } from './device-card.ts';

const NOBODY = { itemsOfCode: () => [], placesOf: () => [] };

async function adapter(): Promise<AdapterUnderTest> {
  const started = await startAdapterUnderTest();
  onTestFinished(() => started.end());
  return started;
}

async function printed(url: string, ...args: string[]): Promise<string[]> {
  const lines: string[] = [];
  await printDeviceCard(['--adapter', url, ...args], {}, (line) => lines.push(line));
  return lines;
}

test('a card registers a device, and one for a device that is known gives it a new key and leaves the rest', async () => {
  const { url, call } = await adapter();
  const first = await printed(
    url,
    '--id',
    'DOCK-2',
    '--warehouse',
    'WH-001',
    '--warehouse',
    'WH-002',
    '--name',
    'Dock 2',
  );
  const second = await printed(url, '--id', 'DOCK-2');
  expect(second).toContain('The key it had before is not valid any more.');
  expect((await call('GET', '/devices/DOCK-2')).body).toMatchObject({
    name: 'Dock 2',
    warehouseIds: ['WH-001', 'WH-002'],
  });
  const cards = [first, second].map(
    (lines) => readCode(lines.at(-1) ?? '', NOBODY, [], '2026-11-22').deviceCard,
  );
  expect(cards).toMatchObject([{ scannerId: 'DOCK-2' }, { scannerId: 'DOCK-2' }]);
  const [old, now] = await Promise.all(
    cards.map(
      async (card) => (await call('GET', '/master-data', undefined, { 'x-api-key': card?.key ?? '' })).status,
    ),
  );
  expect([old, now]).toEqual([401, 200]);
});

test('what is wrong is told in one line that says what to do', async () => {
  const { url } = await adapter();
  await expect(printed(url)).rejects.toThrow('--id is ""');
  await expect(printed(url, '--id', 'A|B')).rejects.toThrow('--id is "A|B"');
  await expect(printed(url, '--id', 'NEW')).rejects.toThrow(
    'There is no device NEW yet: say where it belongs',
  );
  await expect(printed(url, '--id', 'NEW', '--warehouse', 'WH-404')).rejects.toThrow('WH-404');
  await expect(printed('http://127.0.0.1:9', '--id', 'NEW')).rejects.toThrow('--adapter');
  await expect(printed(url, '--id', 'NEW', '--file', 'card.png')).rejects.toThrow('--file is "card.png"');
  await expect(printed(url, '--colour')).rejects.toThrow('see device-card --help');
});

test('a card is written to be printed, for its owner only, and shown where that cannot be', async () => {
  const { url } = await adapter();
  const folder = await mkdtemp(join(tmpdir(), 'device-card-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'card.svg');
  const lines = await printed(url, '--id', 'DOCK-2', '--warehouse', 'WH-001', '--file', file);
  expect(lines.join()).not.toContain('sbk_');
  expect(lines.at(-1)).toContain(`Print ${file}`);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const card = await readFile(file, 'utf8');
  expect(card).toContain('DOCK-2');
  // Another is not lost for it, and neither is the new key.
  const again: string[] = [];
  const args = ['--adapter', url, '--id', 'DOCK-2', '--file', file];
  await expect(printDeviceCard(args, {}, (line) => again.push(line))).rejects.toThrow(
    /^--file is ".*card.svg": EEXIST.* shown above$/,
  );
  expect(again.at(-1)).toMatch(/^stockbridge:device\?id=DOCK-2&key=sbk_/);
  expect(await readFile(file, 'utf8')).toBe(card);
});

test.each(['http://wms.example.com', 'http://10.0.0.7:7080', 'wms.example.com', 'ftp://wms.example.com', ''])(
  'no key is sent to an address that is none by HTTPS: "%s"',
  async (url) => {
    await expect(printed(url, '--id', 'DOCK-2')).rejects.toThrow(
      new RegExp(`^--adapter is "${url}".*https://`),
    );
  },
);

test('the key goes as bearer to the address that was named, and to no other that it answers with', async () => {
  const asked: string[] = [];
  const server = createServer(({ url, headers: { authorization } }, answer) => {
    asked.push(`${url} ${authorization}`);
    answer.writeHead(307, { location: '/elsewhere' }).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const environment = { STOCKBRIDGE_ADAPTER_KEY: 'secret' };
  await expect(
    printDeviceCard(['--adapter', url, '--id', 'DOCK-2'], environment, () => undefined),
  ).rejects.toThrow(`No answer from ${url}`);
  expect(asked).toEqual(['/api/v1/devices/DOCK-2 Bearer secret']);
});

test('it is a command of the adapter, which does not start by it', async () => {
  const { url } = await adapter();
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const run = (...args: string[]) =>
    promisify(execFile)(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', main, 'device-card', '--adapter', url, ...args],
      { env: { PATH, NODE_COMPILE_CACHE } },
    );
  const { stdout } = await run('--id', 'DOCK-3', '--warehouse', 'WH-001');
  expect(stdout).toMatch(/^stockbridge:device\?id=DOCK-3&key=sbk_\S+$/m);
  await expect(run('--id', 'DOCK-4')).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^No device card: There is no device DOCK-4 yet.*\n$/),
  });
});

test('a name of a device is read back whatever characters it has', () => {
  for (const scannerId of ['SCANNER-08', 'Dock 2', 'a.b_c-d'])
    expect(readCode(cardText({ scannerId, key: 'sbk_1' }), NOBODY, [], '').deviceCard).toEqual({
      scannerId,
      key: 'sbk_1',
    });
});
