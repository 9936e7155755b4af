import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ServiceBusClient } from '@azure/service-bus';
import { expect, onTestFinished, test, vi } from 'vitest';
import { makeApp } from '../fixtures/make-app.ts';
import { runBroker } from '../fixtures/run-broker.ts';
import { runHost } from '../fixtures/run-host.ts';
import { until } from '../fixtures/until.ts';

// Below the lock duration of a minute: a message that is left locked does not come again in time.
vi.setConfig({ testTimeout: 50_000 });

const PREFETCH_AND_BATCH = { prefetchCount: 1000, maxMessageBatchSize: 1000 };

/** A broker with `count` messages in the queue `backlog`, and an app whose function takes them. */
async function prepare(count: number) {
  const broker = await runBroker({ backlog: { MaxDeliveryCount: 50 } });
  onTestFinished(() => broker.remove());
  const app = makeApp('backlog.js', { version: '2.0', extensions: { serviceBus: PREFETCH_AND_BATCH } });
  onTestFinished(() => app.remove());
  app.write('local.settings.json', { Values: { BusConnection: broker.connectionString } });
  const recordFile = join(app.folder, 'record.jsonl');
  const sent = Array.from({ length: count }, (_, i) => `m${i}`);
  await withClient(broker.connectionString, (client) =>
    client.createSender('backlog').sendMessages(sent.map((text) => ({ body: Buffer.from(text) }))),
  );
  const entries = (): { bodies: string[]; deliveryCounts: number[] }[] =>
    (existsSync(recordFile) ? readFileSync(recordFile, 'utf8') : '')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  return {
    broker,
    sent: sent.sort(),
    bodies: () => entries().flatMap(({ bodies }) => bodies),
    deliveryCounts: () => entries().flatMap(({ deliveryCounts }) => deliveryCounts),
    startHost: (env = {}) => runHost(app, [], { RECORD: recordFile, ...env }),
  };
}

async function withClient<T>(connectionString: string, work: (client: ServiceBusClient) => Promise<T>) {
  const client = new ServiceBusClient(connectionString);
  return work(client).finally(() => client.close());
}

test('a host that is stopped gives back what it has not begun: no delivery counts, and the next host gets all at once', async () => {
  const { broker, sent, bodies, deliveryCounts, startHost } = await prepare(6000);
  const first = await startHost();
  await until(() => bodies().length > 0, 'a batch in hand');
  expect(await first.stop()).toBe(0);
  expect(bodies().length).toBeLessThan(sent.length);

  const left = await withClient(broker.connectionString, async (client) => {
    const receiver = client.createReceiver('backlog');
    const messages = [];
    for (
      let page = await receiver.peekMessages(1000);
      page.length > 0;
      page = await receiver.peekMessages(1000)
    )
      messages.push(...page);
    return messages;
  });
  expect(left).toHaveLength(sent.length - bodies().length);
  expect(left.filter(({ deliveryCount }) => deliveryCount !== 0)).toEqual([]);

  const second = await startHost();
  await until(() => bodies().length >= sent.length, 'all messages');
  await second.stop();
  expect(bodies().sort()).toEqual(sent);
  expect(deliveryCounts().every((count) => count === 1)).toBe(true);
});

test('goes on receiving with the most credit there is, however often the broker is killed under a backlog', async () => {
  const { broker, sent, bodies, startHost } = await prepare(6000);
  const host = await startHost();
  onTestFinished(() => host.stop().then(() => {}));
  const times = (text: string) => host.output().split(text).length - 1;
  for (let round = 1; round <= 4; round += 1) {
    const before = bodies().length;
    await until(() => bodies().length > before, `a batch in round ${round}`);
    await broker.kill();
    await until(() => times('cannot receive from backlog') >= round, `the outage ${round} to be noticed`);
    await broker.start();
    await until(
      () => times('receiving from backlog (BusConnection) again') >= round,
      `the link after outage ${round}`,
    );
  }
  await until(() => new Set(bodies()).size === sent.length, 'all messages');
});

test('receives all of a backlog with a clock that is two hours ahead of the broker', async () => {
  const { sent, bodies, startHost } = await prepare(3000);
  const moved = encodeURIComponent('const now = Date.now; Date.now = () => now() + 7_200_000;');
  const host = await startHost({ NODE_OPTIONS: `--import=data:text/javascript,${moved}` });
  onTestFinished(() => host.stop().then(() => {}));
  await until(() => new Set(bodies()).size === sent.length, 'all messages');
  expect(bodies().sort()).toEqual(sent);
});
