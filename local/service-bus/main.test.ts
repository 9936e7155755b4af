import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { parseConfiguration } from './config.ts';
import { startServiceBus } from './start.ts';
import { configText, openTestBus, temporaryFolder } from './test-bus.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
const text = configText({ queues: { q: {} } });

function run(...options: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', main, ...options],
    { encoding: 'utf8' },
  );
  return { status, stdout, stderr };
}

function configuredFolder(): { folder: string; config: string } {
  const folder = temporaryFolder();
  const config = join(folder, 'Config.json');
  writeFileSync(config, text);
  return { folder, config };
}

const start = (dataFolder: string, port = 0) =>
  startServiceBus({ configuration: parseConfiguration(text, 'test'), dataFolder, port });

test('the command line explains itself', () => {
  const { status, stdout } = run('--help');
  expect(status).toBe(0);
  expect(stdout).toContain('--config FILE');
});

test('a wrong command line is one plain line on stderr', () => {
  const { config, folder } = configuredFolder();
  expect(run('--data', folder)).toEqual({
    status: 1,
    stdout: '',
    stderr: 'Service Bus: --config FILE is missing; --help shows the options\n',
  });
  expect(run('--config', config, '--data', folder, '--port', 'x').stderr).toBe(
    'Service Bus: --port x is not a port; give a number from 0 to 65535\n',
  );
});

test('entities that left the configuration with messages are named on stderr; stdout has its one line', async () => {
  const { config, folder } = configuredFolder();
  const { bus, client } = await openTestBus(
    { queues: { q: {}, empty: {} }, topics: { T: { subscriptions: { a: {} } } } },
    { dataFolder: folder },
  );
  for (const entity of ['q', 't']) await client.createSender(entity).sendMessages([{ body: 1 }, { body: 2 }]);
  await bus.close();
  const child = spawn(process.execPath, [
    ...['--disable-warning=ExperimentalWarning', main],
    ...['--config', config, '--data', folder, '--port', '0'],
  ]);
  let [stdout, stderr] = ['', ''];
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
    if (stdout.includes('\n')) child.kill('SIGTERM');
  });
  await once(child, 'close');
  expect(stderr).toBe(
    `Service Bus: t/subscriptions/a is not in ${config}; its 2 messages are kept until it is again\n`,
  );
  expect(stdout).toMatch(/^Service Bus is ready on .*\n$/);
});

test('a client that has said nothing does not hold up the end', async () => {
  const bus = await start(temporaryFolder());
  const socket = connect(bus.port, '127.0.0.1');
  await once(socket, 'connect');
  const closed = once(socket, 'close');
  await bus.close();
  await closed;
});

test('a port in use is one plain line on stderr', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await expect(start(temporaryFolder(), port)).rejects.toThrow(
    `port ${port} is in use; stop what listens there or choose another with --port`,
  );
});

test('a data folder that another bus has is refused, and free again when that is closed', async () => {
  const folder = temporaryFolder();
  const bus = await start(folder);
  await expect(start(folder)).rejects.toThrow(/is in use by another Service Bus/);
  await bus.close();
  await (await start(folder)).close();
});

test('data of another schema version or of another program are refused', async () => {
  const folder = temporaryFolder();
  await (await start(folder)).close();
  const file = join(folder, 'service-bus.sqlite');
  const database = new DatabaseSync(file);
  database.exec('PRAGMA user_version = 99');
  database.close();
  await expect(start(folder)).rejects.toThrow(`${file} has schema version 99, this Service Bus needs 1`);

  const other = temporaryFolder();
  writeFileSync(
    join(other, 'service-bus.sqlite'),
    'this is no database, just some text of a length that counts',
  );
  await expect(start(other)).rejects.toThrow(/is not a readable database/);
});

test('a data folder that cannot be made is refused', async () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  await expect(start(join(file, 'data'))).rejects.toThrow(/^Cannot use the data folder /);
});
