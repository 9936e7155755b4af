import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ChangeFeedStartFrom, CosmosClient } from '@azure/cosmos';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EMULATOR_KEY } from './authorization.ts';

const MAIN = join(import.meta.dirname, 'main.ts');
let folder: string;
const running: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cosmos-main-'));
});
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function start(...options: string[]): ChildProcess {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  return child;
}

/** Runs to the end. */
async function run(...options: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = start(...options);
  const output = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => (output.stdout += chunk));
  child.stderr?.on('data', (chunk) => (output.stderr += chunk));
  const [code] = await once(child, 'close');
  return { code, ...output };
}

/** Starts a server on a free port and waits for its line. */
async function serve(
  ...options: string[]
): Promise<{ child: ChildProcess; client: CosmosClient; line: string }> {
  const child = start('--port', '0', '--data', folder, ...options);
  const [chunk] = await once(child.stdout as NonNullable<typeof child.stdout>, 'data');
  const line = String(chunk);
  const endpoint = /http:\S+/.exec(line)?.[0] ?? '';
  return { child, client: new CosmosClient({ endpoint, key: EMULATOR_KEY }), line };
}

async function stopped(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const closed = once(child, 'close');
  child.kill(signal);
  return (await closed)[0];
}

test('prints one line when it is ready, and stops on SIGTERM with its data kept', async () => {
  const first = await serve();
  expect(first.line).toMatch(/^Cosmos DB is ready on http:\/\/127\.0\.0\.1:\d+\n$/);
  const { database } = await first.client.databases.create({ id: 'kept' });
  const { container } = await database.containers.create({ id: 'kept', partitionKey: '/pk' });
  const { etag } = await container.items.create({ id: 'a', pk: 'p' });
  expect(await stopped(first.child, 'SIGTERM')).toBe(0);
  const second = await serve();
  const answer = await second.client.database('kept').container('kept').item('a', 'p').read();
  expect(answer.etag).toBe(etag);
});

test('after kill -9 in the middle of writes every acknowledged write is there, batches are whole, and the change feed goes on', async () => {
  const first = await serve();
  const { database } = await first.client.databases.create({ id: 'd' });
  const { container } = await database.containers.create({ id: 'c', partitionKey: '/pk' });
  await container.items.create({ id: 'before', pk: 'p0' });
  const feed = container.items.getChangeFeedIterator({
    changeFeedStartFrom: ChangeFeedStartFrom.Beginning(),
  });
  let { continuationToken } = await feed.readNext();
  const acknowledged = new Map<string, number>();
  let gone = false;
  const writers = Array.from({ length: 8 }, async (_, writer) => {
    for (let n = 0; !gone; n += 1) {
      const pk = `p${writer}`;
      const pair = ['left', 'right'].map((id) => ({
        operationType: 'Upsert' as const,
        resourceBody: { id, pk, n },
      }));
      await container.items.batch(pair, pk);
      acknowledged.set(pk, n);
    }
  });
  const settled = Promise.allSettled(writers);
  while ([...acknowledged.values()].reduce((sum, n) => sum + n, 0) < 400) await new Promise(setImmediate);
  await stopped(first.child, 'SIGKILL');
  gone = true;
  first.client.dispose();
  const second = await serve();
  const again = second.client.database('d').container('c');
  expect(acknowledged.size).toBe(8);
  for (const [pk, n] of acknowledged) {
    const [left, right] = await Promise.all(
      ['left', 'right'].map(async (id) => (await again.item(id, pk).read()).resource?.n),
    );
    expect(left).toBeGreaterThanOrEqual(n);
    expect(right).toBe(left);
  }
  const seen = new Set<string>();
  for (let status = 200; status !== 304; ) {
    const page = await again.items
      .getChangeFeedIterator<{ id: string; pk: string }>({
        changeFeedStartFrom: ChangeFeedStartFrom.Continuation(continuationToken),
      })
      .readNext();
    for (const item of page.result) seen.add(`${item.pk} ${item.id}`);
    status = page.statusCode;
    continuationToken = page.continuationToken;
  }
  for (const pk of acknowledged.keys()) expect(seen).toContain(`${pk} left`);
  await again.items.create({ id: 'after', pk: 'p0' });
  const page = await again.items
    .getChangeFeedIterator<{ id: string }>({
      changeFeedStartFrom: ChangeFeedStartFrom.Continuation(continuationToken),
    })
    .readNext();
  expect(page.result.map((item) => item.id)).toEqual(['after']);
  await settled;
}, 30_000);

test('--help tells the options', async () => {
  const { code, stdout } = await run('--help');
  expect(code).toBe(0);
  for (const option of ['--port', '--data', '--key', '--throttle-ru']) expect(stdout).toContain(option);
});

test('a bad start is one plain line that says what to do, and exit code 1', async () => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await once(blocker, 'listening');
  const address = blocker.address();
  const port = typeof address === 'object' ? String(address?.port) : '';
  writeFileSync(join(folder, 'file'), '');
  const foreign = mkdtempSync(join(folder, 'foreign-'));
  writeFileSync(
    join(foreign, 'cosmos.sqlite'),
    'this is no database, but long enough to be taken for a broken one'.repeat(100),
  );
  const newer = mkdtempSync(join(folder, 'newer-'));
  const file = new DatabaseSync(join(newer, 'cosmos.sqlite'));
  file.exec('PRAGMA user_version = 99; CREATE TABLE t (x)');
  file.close();
  const cases: [string[], RegExp][] = [
    [['--port', port, '--data', folder], new RegExp(`Port ${port} is in use.*--port`)],
    [['--port', 'x', '--data', folder], /--port must be a whole number/],
    [['--port', '0', '--data', join(folder, 'file')], /Cannot use the data folder.*--data/],
    [['--port', '0', '--data', foreign], /not a readable database.*--data/],
    [['--port', '0', '--data', newer], /not a Cosmos DB database.*--data/],
    [['--colour'], /--colour/],
  ];
  await Promise.all(
    cases.map(async ([options, expected]) => {
      const { code, stdout, stderr } = await run(...options);
      expect(stderr).toMatch(expected);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(stdout).toBe('');
      expect(code).toBe(1);
    }),
  );
  blocker.close();
}, 30_000);

test('a folder that another server uses is refused', async () => {
  const first = await serve();
  const { code, stderr } = await run('--port', '0', '--data', folder);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^The data folder .* is in use by another Cosmos DB: .*--data\n$/);
  await stopped(first.child, 'SIGTERM');
});
