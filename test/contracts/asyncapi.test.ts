import { fileURLToPath } from 'node:url';
import type { ServiceBusMessage } from '@azure/service-bus';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { adapterAsyncApi } from '../../apps/wms-adapter/openapi/bus-document.ts';
import { readConfiguration } from '../../local/service-bus/config.ts';
import type { Rule } from '../../local/service-bus/rules/rule.ts';
import { cloudAsyncApi } from '../../shared/asyncapi/cloud-document.ts';
import { MESSAGES, type MessageName } from '../../shared/asyncapi/messages.ts';
import { adapterStatusMessage } from '../../shared/service-bus/adapter-status.ts';
import {
  allocationDecisionMessage,
  allocationRequestMessage,
} from '../../shared/service-bus/allocation-message.ts';
import { atpChangesBy } from '../../shared/service-bus/atp-changes.ts';
import type { SendMessages } from '../../shared/service-bus/batching-sender.ts';
import { inventoryMessage } from '../../shared/service-bus/inventory-message.ts';
import { investigationNoticesBy } from '../../shared/service-bus/investigation-notices.ts';
import { fromSdkMessage, replayedMessage } from '../../shared/service-bus/replayed-message.ts';
import { stockChangesBy } from '../../shared/service-bus/stock-changes.ts';
import { readAsyncApi } from './asyncapi-document.ts';

const TOPOLOGY = fileURLToPath(new URL('../../infra/service-bus/topology.json', import.meta.url));
const { queues, topics } = readConfiguration(TOPOLOGY);

/** Address → filter of everything that `infra/` creates. */
function created(): [string, unknown][] {
  const subscriptions = topics.flatMap((topic) =>
    topic.subscriptions.map(({ name, rules }): [string, unknown] => [
      `${topic.name}/Subscriptions/${name}`,
      filterOf(rules),
    ]),
  );
  const entities = [...queues, ...topics].map(({ name }): [string, unknown] => [name, undefined]);
  return [...entities, ...subscriptions].sort();
}

function filterOf([rule, ...others]: readonly Rule[]): unknown {
  expect(others).toEqual([]);
  switch (rule?.filter.kind) {
    case 'sql':
      return { sql: rule.filter.expression };
    case 'correlation':
      return { properties: rule.filter.properties };
    default:
      return undefined;
  }
}

const figures = z.object({
  properties: z.record(
    z.string(),
    z.object({ type: z.string().optional(), description: z.string().optional() }),
  ),
});

/** Those of which infra/ has the subscriptions, as an example. */
const warehouses = Array.from({ length: 8 }, (_unused, index) => `WH-00${index + 1}`);

describe.each([
  ['the cloud', readAsyncApi(cloudAsyncApi())],
  ['the adapter', readAsyncApi(adapterAsyncApi())],
])('The AsyncAPI document of %s', (_name, document) => {
  test('has the topics, queues and subscriptions that infra/ creates, with their filters', () => {
    const told = Object.values(document.channels).flatMap(
      ({ address, parameters, 'x-service-bus': { filter } }) =>
        (parameters ? warehouses : ['']).map((warehouseId): [string, unknown] => [
          address.replace('{warehouseId}', warehouseId),
          filter && JSON.parse(JSON.stringify(filter).replace('{warehouseId}', warehouseId)),
        ]),
    );
    expect(told.sort()).toEqual(created());
  });

  test('holds together: every reference leads somewhere, and every schema and message is used', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
      ([, path = '']) => path,
    );
    const lost = references.filter((path) => valueAt(document, path.split('/')) === undefined);
    expect(lost).toEqual([]);
    const { messages, schemas } = document.components;
    const there = [
      ...Object.keys(messages).map((name) => `components/messages/${name}`),
      ...Object.keys(schemas).map((name) => `components/schemas/${name}`),
    ];
    expect(there.filter((path) => !references.includes(path))).toEqual([]);
  });

  test('says of each operation what travels by its channel', () => {
    const places = Object.values(document.operations).flatMap((one) => [
      one,
      ...(one.reply ? [one.reply] : []),
    ]);
    for (const { channel, messages } of places) {
      expect(messages[0]?.$ref).toMatch(new RegExp(`^${channel.$ref}/messages/`));
    }
  });
});

test('Each side takes what the other sends, and the cloud its own', () => {
  const sides = { cloud: cloudAsyncApi(), adapter: adapterAsyncApi() };
  const topics = (side: Record<string, unknown>, action: 'send' | 'receive') =>
    Object.values(readAsyncApi(side).operations)
      .filter((operation) => operation.action === action)
      .map(({ channel }) => channel.$ref.slice('#/channels/'.length).split('.')[0]);
  const sent = [...topics(sides.cloud, 'send'), ...topics(sides.adapter, 'send')];
  const taken = [...topics(sides.cloud, 'receive'), ...topics(sides.adapter, 'receive')];
  expect(taken.filter((topic) => !sent.includes(topic))).toEqual([]);
  // An OMS takes it.
  expect(sent.filter((topic) => !taken.includes(topic))).toEqual(['atp-changes']);
});

describe('The messages', () => {
  const {
    InventoryEvent,
    AllocationRequest,
    AllocationDecision,
    AtpChange,
    InvestigationNotice,
    StockChange,
    AdapterStatus,
  } = MESSAGES;
  const trace = { traceparent: InventoryEvent.example.properties.traceparent };

  test('of a WMS and to an OMS say of every figure what it means', () => {
    const { schemas } = readAsyncApi(cloudAsyncApi()).components;
    const unsaid = ['InventoryEvent', 'AllocationDecision', 'AtpChange'].flatMap((name) => {
      const { properties } = figures.parse(schemas[name]);
      return Object.entries(properties)
        .filter(([, { type, description }]) => /integer|boolean/.test(type ?? '') && !description)
        .map(([field]) => `${name}.${field}`);
    });
    expect(unsaid).toEqual([]);
  });

  test.each(Object.entries(MESSAGES))('of %s keep their schemas in the example', (_name, message) => {
    const { schema, properties, example } = message;
    expect(schema.parse(example.body)).toMatchObject(Object(example.body));
    expect(properties.strict().parse(example.properties)).toEqual(example.properties);
  });

  test.each<[MessageName, () => Promise<ServiceBusMessage>]>([
    [
      'InventoryEvent',
      async () => inventoryMessage(InventoryEvent.schema.parse(InventoryEvent.example.body), trace),
    ],
    [
      'AllocationRequest',
      async () =>
        allocationRequestMessage(AllocationRequest.schema.parse(AllocationRequest.example.body), 0, trace),
    ],
    [
      'AllocationDecision',
      async () =>
        allocationDecisionMessage(AllocationDecision.schema.parse(AllocationDecision.example.body), trace),
    ],
    [
      'AtpChange',
      () => sentBy((send) => atpChangesBy(send).publish([AtpChange.schema.parse(AtpChange.example.body)])),
    ],
    [
      'InvestigationNotice',
      () =>
        sentBy((send) =>
          investigationNoticesBy(send).publish([
            InvestigationNotice.schema.parse(InvestigationNotice.example.body),
          ]),
        ),
    ],
    [
      'StockChange',
      () =>
        sentBy((send) =>
          stockChangesBy(send).tell(StockChange.schema.parse(StockChange.example.body).itemIds),
        ),
    ],
    [
      'AdapterStatus',
      async () => adapterStatusMessage(AdapterStatus.schema.parse(AdapterStatus.example.body)),
    ],
  ])('of %s are what the code sends', async (name, make) => {
    const message: ServiceBusMessage = await make();
    const { example } = MESSAGES[name];
    expect(message.applicationProperties ?? {}).toEqual(example.properties);
    expect(JSON.parse(String(message.body))).toMatchObject(Object(example.body));
    expect(message.contentType).toBe('application/json');
  });

  test('that are sent again bring only properties that are told', () => {
    for (const name of ['InventoryEvent', 'AllocationRequest', 'AllocationDecision'] as const) {
      const { example, properties } = MESSAGES[name];
      const again = replayedMessage(
        fromSdkMessage(
          Object({ body: Buffer.from('{}'), messageId: 'm', applicationProperties: example.properties }),
          'journal',
        ),
      );
      expect(properties.strict().safeParse(again.applicationProperties).error?.issues ?? []).toEqual([]);
    }
  });
});

/** The one message that is sent. */
async function sentBy(act: (send: SendMessages) => Promise<void>): Promise<ServiceBusMessage> {
  const sent: ServiceBusMessage[] = [];
  await act(async (messages) => void sent.push(...messages));
  return sent[0] ?? expect.fail('nothing was sent');
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}
