import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { configText, openClient, type TestEntities, take, takeOne, temporaryFolder } from './test-bus.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
const entities: TestEntities = {
  queues: {
    q: {},
    detecting: { RequiresDuplicateDetection: true, DuplicateDetectionHistoryTimeWindow: 'PT10M' },
  },
  topics: { t: { subscriptions: { a: {}, b: {} } } },
};

interface BusProcess {
  readonly child: ChildProcess;
  readonly line: string;
  readonly port: number;
  readonly connectionString: string;
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null>;
}

/** Starts the bus as its users do, and waits for the line that says it is ready. */
async function startProcess(folder: string, port = 0): Promise<BusProcess> {
  const config = join(folder, 'Config.json');
  writeFileSync(config, configText(entities));
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      main,
      '--config',
      config,
      '--port',
      String(port),
      '--data',
      join(folder, 'data'),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const chosen = Number(/:(\d+) /.exec(String(line))?.[1]);
  return {
    child,
    line: String(line),
    port: chosen,
    connectionString: `Endpoint=sb://127.0.0.1:${chosen};SharedAccessKeyName=k;SharedAccessKey=v;UseDevelopmentEmulator=true;`,
    async kill(signal) {
      const exited = once(child, 'exit');
      child.kill(signal);
      const [code] = await exited;
      return code;
    },
  };
}

test('everything that was acknowledged is there after kill -9 in the middle of sending', async () => {
  const folder = temporaryFolder();
  const first = await startProcess(folder);
  const sender = openClient(first.connectionString).createSender('t');
  const acknowledged: number[] = [];
  let next = 0;
  const send = async () => {
    for (;;) {
      const body = next;
      next += 1;
      await sender.sendMessages({ body });
      acknowledged.push(body);
    }
  };
  for (let loop = 0; loop < 20; loop += 1) send().catch(() => {});
  await vi.waitUntil(() => acknowledged.length > 500, { timeout: 20_000 });
  await first.kill('SIGKILL');
  const known = [...acknowledged];

  const second = await startProcess(folder);
  const client = openClient(second.connectionString);
  for (const name of ['a', 'b']) {
    const receiver = client.createReceiver('t', name, { receiveMode: 'receiveAndDelete' });
    const found = new Set((await take(receiver, known.length)).map((message) => message.body));
    for (const message of await receiver.receiveMessages(1000, { maxWaitTimeInMs: 200 }))
      found.add(message.body);
    expect(known.filter((body) => !found.has(body))).toEqual([]);
  }
}, 60_000);

test('state, counts, schedules, dead letters and remembered ids survive kill -9; locks do not', async () => {
  const folder = temporaryFolder();
  const first = await startProcess(folder);
  const client = openClient(first.connectionString);
  const sender = client.createSender('q');
  await sender.sendMessages(
    ['completed', 'abandoned', 'deferred', 'dead', 'locked'].map((body) => ({ body })),
  );
  await sender.scheduleMessages({ body: 'scheduled' }, new Date(Date.now() + 3_600_000));
  await client.createSender('detecting').sendMessages({ messageId: 'once', body: 1 });
  const receiver = client.createReceiver('q');
  const [completed, abandoned, deferred, dead] = await take(receiver, 5);
  if (!completed || !abandoned || !deferred || !dead) throw new Error('not all received');
  await receiver.completeMessage(completed);
  await receiver.abandonMessage(abandoned, { note: 'kept' });
  await receiver.deferMessage(deferred);
  await receiver.deadLetterMessage(dead, { deadLetterReason: 'r', deadLetterErrorDescription: 'd' });
  await first.kill('SIGKILL');

  const second = await startProcess(folder);
  const again = openClient(second.connectionString);
  const peeked = await again.createReceiver('q').peekMessages(10);
  expect(
    peeked.map(({ body, state, deliveryCount, sequenceNumber }) => [
      body,
      state,
      deliveryCount,
      Number(sequenceNumber),
    ]),
  ).toEqual([
    ['abandoned', 'active', 1, 2],
    ['deferred', 'deferred', 1, 3],
    ['locked', 'active', 0, 5],
    ['scheduled', 'scheduled', 0, 6],
  ]);
  expect((await take(again.createReceiver('q'), 2)).map((message) => message.body)).toEqual([
    'abandoned',
    'locked',
  ]);
  const deadAgain = await takeOne(again.createReceiver('q', { subQueueType: 'deadLetter' }));
  expect(deadAgain).toMatchObject({ body: 'dead', deadLetterReason: 'r', deadLetterSource: 'q' });
  const detecting = again.createSender('detecting');
  await detecting.sendMessages([
    { messageId: 'once', body: 2 },
    { messageId: 'other', body: 3 },
  ]);
  const kept = await again.createReceiver('detecting').peekMessages(5);
  expect(kept.map(({ body, sequenceNumber }) => [body, Number(sequenceNumber)])).toEqual([
    [1, 1],
    [3, 2],
  ]);
}, 60_000);

test('sender and streaming receiver go on by themselves after a restart', async () => {
  const folder = temporaryFolder();
  const first = await startProcess(folder);
  const client = openClient(first.connectionString);
  const sender = client.createSender('q');
  const received = new Set<unknown>();
  client.createReceiver('q').subscribe({
    async processMessage(message) {
      received.add(message.body);
    },
    async processError() {},
  });
  await sender.sendMessages({ body: 'before' });
  await vi.waitUntil(() => received.has('before'), { timeout: 10_000 });
  expect(await first.kill('SIGTERM')).toBe(0);
  await startProcess(folder, first.port);
  await sender.sendMessages({ body: 'after' });
  await vi.waitUntil(() => received.has('after'), { timeout: 20_000 });
}, 60_000);
