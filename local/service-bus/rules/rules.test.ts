import { expect, test } from 'vitest';
import { openTestBus, temporaryFolder } from '../test-bus.ts';

const sql = (Name: string, SqlExpression: string) => ({
  Name,
  Properties: { FilterType: 'Sql', SqlFilter: { SqlExpression } },
});
const correlation = (Name: string, CorrelationFilter: object) => ({
  Name,
  Properties: { FilterType: 'Correlation', CorrelationFilter },
});

async function bodies(client: Awaited<ReturnType<typeof openTestBus>>['client'], subscription: string) {
  return (await client.createReceiver('t', subscription).peekMessages(20)).map((message) => message.body);
}

test('configured SQL and correlation filters decide which subscription gets a message', async () => {
  const { client } = await openTestBus({
    topics: {
      t: {
        subscriptions: {
          mine: { rules: [sql('r', "replayTo IS NULL OR replayTo = 'mine'")] },
          other: { rules: [sql('r', "replayTo IS NULL OR replayTo = 'other'")] },
          warehouse: { rules: [correlation('r', { Properties: { warehouseId: 'WH-001' } })] },
          labelled: { rules: [correlation('r', { Label: 'red', CorrelationId: 'c' })] },
          either: { rules: [sql('a', 'quantity > 5'), sql('b', "sys.Label LIKE 'r_d'")] },
          everything: {},
        },
      },
    },
  });
  await client
    .createSender('t')
    .sendMessages([
      { body: 'plain' },
      { body: 'replay', applicationProperties: { replayTo: 'mine' } },
      { body: 'warehouse', applicationProperties: { warehouseId: 'WH-001', quantity: 6 } },
      { body: 'red', subject: 'red', correlationId: 'c' },
      { body: 'red only', subject: 'red' },
    ]);
  expect(await bodies(client, 'mine')).toEqual(['plain', 'replay', 'warehouse', 'red', 'red only']);
  expect(await bodies(client, 'other')).toEqual(['plain', 'warehouse', 'red', 'red only']);
  expect(await bodies(client, 'warehouse')).toEqual(['warehouse']);
  expect(await bodies(client, 'labelled')).toEqual(['red']);
  expect(await bodies(client, 'either')).toEqual(['warehouse', 'red', 'red only']);
  expect(await bodies(client, 'everything')).toHaveLength(5);
});

test('correlation compares types as well as values', async () => {
  const { client } = await openTestBus({
    topics: { t: { subscriptions: { a: { rules: [correlation('r', { Properties: { n: 1 } })] } } } },
  });
  await client.createSender('t').sendMessages([
    { body: 'number', applicationProperties: { N: 1 } },
    { body: 'text', applicationProperties: { n: '1' } },
  ]);
  expect(await bodies(client, 'a')).toEqual(['number']);
});

test('rules are listed, added and removed while the bus runs, and survive a restart', async () => {
  const dataFolder = temporaryFolder();
  const entities = { topics: { t: { subscriptions: { a: {} } } } };
  const { bus, client } = await openTestBus(entities, { dataFolder });
  const rules = client.createRuleManager('t', 'a');
  await rules.createRule('big', { sqlExpression: 'quantity > 10' });
  await rules.createRule('red', { subject: 'red', applicationProperties: { at: new Date(5), n: 1 } });
  await rules.deleteRule('$Default');
  const listed = [];
  for await (const rule of rules.listRules()) listed.push(rule);
  expect(listed).toMatchObject([
    { name: 'big', filter: { sqlExpression: 'quantity > 10' } },
    { name: 'red', filter: { subject: 'red', applicationProperties: { n: 1 } } },
  ]);
  await expect(rules.createRule('big', { sqlExpression: '1 = 1' })).rejects.toMatchObject({
    code: 'MessagingEntityAlreadyExists',
  });
  await expect(rules.deleteRule('missing')).rejects.toMatchObject({ code: 'MessagingEntityNotFound' });
  await expect(rules.createRule('wrong', { sqlExpression: 'quantity >' })).rejects.toThrow('unexpected end');
  await expect(
    rules.createRule('act', { sqlExpression: '1 = 1' }, { sqlExpression: "SET x = 'y'" }),
  ).rejects.toThrow('not supported: rule actions');
  const notText = { messageId: 5 } as unknown as { messageId: string };
  await expect(rules.createRule('number', notText)).rejects.toThrow('message-id');
  await expect(rules.createRule('empty', { applicationProperties: {} })).rejects.toThrow(
    'needs at least one property',
  );
  await client.close();
  await bus.close();

  const restarted = await openTestBus(entities, { dataFolder });
  await restarted.client.createSender('t').sendMessages([
    { body: 'small', applicationProperties: { quantity: 1 } },
    { body: 'big', applicationProperties: { quantity: 11 } },
  ]);
  expect(await bodies(restarted.client, 'a')).toEqual(['big']);
});

test('when the configured rules change they replace the ones that were kept', async () => {
  const dataFolder = temporaryFolder();
  const first = await openTestBus({ topics: { t: { subscriptions: { a: {} } } } }, { dataFolder });
  await first.client.createRuleManager('t', 'a').deleteRule('$Default');
  await first.client.close();
  await first.bus.close();
  const { client } = await openTestBus(
    { topics: { t: { subscriptions: { a: { rules: [sql('new', 'x = 1')] } } } } },
    { dataFolder },
  );
  await client.createSender('t').sendMessages([{ body: 1, applicationProperties: { x: 1 } }, { body: 2 }]);
  expect(await bodies(client, 'a')).toEqual([1]);
});

test('a subscription whose rules are all removed gets nothing', async () => {
  const { client } = await openTestBus({ topics: { t: { subscriptions: { a: {} } } } });
  const rules = client.createRuleManager('t', 'a');
  await rules.deleteRule('$Default');
  await client.createSender('t').sendMessages({ body: 1 });
  expect(await bodies(client, 'a')).toEqual([]);
});
