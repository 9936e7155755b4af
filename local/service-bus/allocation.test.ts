import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { ManualClock } from '../manual-clock.ts';
import { readConfiguration } from './config.ts';
import { startServiceBus } from './start.ts';
import { openClient, take, takeOne, temporaryFolder } from './test-bus.ts';

const MINUTE = 60_000;
const CONFIG = fileURLToPath(new URL('../../infra/service-bus/topology.json', import.meta.url));

/** The bus of the product, in this process, on a clock of its own. */
async function openProductBus() {
  const clock = new ManualClock();
  const configuration = readConfiguration(CONFIG);
  const bus = await startServiceBus({ configuration, dataFolder: temporaryFolder(), port: 0, clock });
  const client = openClient(bus.connectionString);
  onTestFinished(() => bus.close());
  return { clock, client };
}

const request = (warehouseId: string, body: string) => ({ body, applicationProperties: { warehouseId } });

test('an allocation request reaches the subscription of its warehouse and no other', async () => {
  const { client } = await openProductBus();
  await client
    .createSender('allocation-requests')
    .sendMessages([request('WH-003', 'a'), request('WH-008', 'b'), request('WH-009', 'c'), { body: 'd' }]);
  for (const [warehouse, bodies] of [
    ['WH-003', ['a']],
    ['WH-008', ['b']],
    ['WH-001', []],
  ] as const) {
    const waiting = await client.createReceiver('allocation-requests', warehouse).peekMessages(10);
    expect(waiting.map((message) => message.body)).toEqual(bodies);
  }
});

test('a request that nobody took for an hour is gone, and not dead-lettered', async () => {
  const { clock, client } = await openProductBus();
  await client.createSender('allocation-requests').sendMessages(request('WH-001', 'old'));
  clock.advance(60 * MINUTE - 1);
  const receiver = client.createReceiver('allocation-requests', 'WH-001');
  expect(await receiver.peekMessages(1)).toHaveLength(1);
  clock.advance(1);
  await client.createSender('allocation-requests').sendMessages(request('WH-001', 'new'));
  expect((await takeOne(receiver)).body).toBe('new');
  const dead = client.createReceiver('allocation-requests', 'WH-001', { subQueueType: 'deadLetter' });
  expect(await dead.peekMessages(1)).toEqual([]);
});

test('a request whose responder fell silent is delivered again when its lock ends', async () => {
  const { clock, client } = await openProductBus();
  await client.createSender('allocation-requests').sendMessages(request('WH-001', 'x'));
  const receiver = client.createReceiver('allocation-requests', 'WH-001');
  expect((await takeOne(receiver)).deliveryCount).toBe(0);
  clock.advance(MINUTE);
  expect((await takeOne(receiver)).deliveryCount).toBe(1);
});

test('decisions, changes of available-to-promise and changes of stock have their places; the same id is taken twice', async () => {
  const { client } = await openProductBus();
  for (const [entity, receiver] of [
    ['allocation-decisions', client.createReceiver('allocation-decisions', 'allocation')],
    ['atp-changes', client.createReceiver('atp-changes', 'oms')],
    ['stock-changes', client.createReceiver('stock-changes')],
  ] as const) {
    const sender = client.createSender(entity);
    await sender.sendMessages({ messageId: 'same', body: 1 });
    await sender.sendMessages({ messageId: 'same', body: 2 });
    expect((await take(receiver, 2)).map((message) => message.body)).toEqual([1, 2]);
  }
});
