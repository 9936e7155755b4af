import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseConfiguration } from './config.ts';
import { parseDuration } from './duration.ts';
import { StartError } from './start-error.ts';
import { configText, type TestEntities } from './test-bus.ts';

const WAREHOUSES = ['WH-001', 'WH-002', 'WH-003', 'WH-004', 'WH-005', 'WH-006', 'WH-007', 'WH-008'];
const read = (entities: TestEntities) => parseConfiguration(configText(entities), 'Config.json');

test('the topology that ships with the product is accepted', () => {
  const file = fileURLToPath(new URL('../../infra/service-bus/topology.json', import.meta.url));
  const { queues, topics } = parseConfiguration(readFileSync(file, 'utf8'), file);
  expect(queues.map((queue) => queue.name)).toEqual(['projection-retry', 'stock-changes', 'adapter-status']);
  expect(
    topics.map((topic) => [topic.name, topic.subscriptions.map((subscription) => subscription.name)]),
  ).toEqual([
    ['inventory-events', ['atp-projection', 'journal']],
    ['allocation-requests', WAREHOUSES],
    ['allocation-decisions', ['allocation']],
    ['atp-changes', ['oms']],
    ['investigations', [...WAREHOUSES, 'systems']],
  ]);
});

test.each(['allocation-requests', 'investigations'])(
  'a warehouse gets its own of topic %s by a correlation filter, and what expires is not kept: it is sent again',
  (name) => {
    const file = fileURLToPath(new URL('../../infra/service-bus/topology.json', import.meta.url));
    const { topics } = parseConfiguration(readFileSync(file, 'utf8'), file);
    const topic = topics.find((candidate) => candidate.name === name);
    const ofWarehouses = topic?.subscriptions.filter((candidate) => candidate.name !== 'systems');
    expect(ofWarehouses).toEqual(
      WAREHOUSES.map((warehouseId) => ({
        name: warehouseId,
        lockDuration: 60_000,
        maxDeliveryCount: 10,
        defaultTimeToLive: 3_600_000,
        deadLetterOnExpiry: false,
        rules: [
          {
            name: 'own-warehouse',
            filter: { kind: 'correlation', system: {}, properties: { warehouseId } },
          },
        ],
      })),
    );
  },
);

test('comments are allowed, and what is left out has the defaults of the official emulator', () => {
  const text = `{ // the emulator's sample has comments
    "UserConfig": { "Namespaces": [{ "Name": "n", "Queues": [{ "Name": "q" }] }] } }`;
  expect(parseConfiguration(text, 'x').queues[0]).toEqual({
    name: 'q',
    lockDuration: 60_000,
    maxDeliveryCount: 3,
    defaultTimeToLive: 3_600_000,
    deadLetterOnExpiry: false,
    duplicateWindow: undefined,
  });
});

test('times outside the limits of the official emulator are accepted as in Azure', () => {
  const { queues } = read({ queues: { q: { LockDuration: 'PT1S', DefaultMessageTimeToLive: 'P14D' } } });
  expect(queues[0]).toMatchObject({ lockDuration: 1000, defaultTimeToLive: 14 * 86_400_000 });
  const forEver = read({ queues: { q: { DefaultMessageTimeToLive: 'P10675199DT2H48M5.4775807S' } } });
  expect(forEver.queues[0]?.defaultTimeToLive).toBeUndefined();
});

const properties = 'UserConfig.Namespaces[0].Queues[0].Properties';
const sqlRule = (expression: string) => ({
  topics: {
    t: {
      subscriptions: {
        s: {
          rules: [{ Name: 'r', Properties: { FilterType: 'Sql', SqlFilter: { SqlExpression: expression } } }],
        },
      },
    },
  },
});
const rulePlace = 'UserConfig.Namespaces[0].Topics[0].Subscriptions[0].Rules[0]';

describe('a wrong configuration is refused with one line that names the place', () => {
  test.each<[string, TestEntities, string]>([
    [
      'sessions',
      { queues: { q: { RequiresSession: true } } },
      `${properties}.RequiresSession: not supported: sessions`,
    ],
    [
      'forwarding',
      { queues: { q: { ForwardTo: 'p' } } },
      `${properties}.ForwardTo: not supported: forwarding`,
    ],
    [
      'an unknown property',
      { queues: { q: { Partitions: 2 } } },
      `${properties}: unknown property "Partitions"`,
    ],
    [
      'a lock that is too long',
      { queues: { q: { LockDuration: 'PT6M' } } },
      `${properties}.LockDuration: "PT6M" is not an ISO 8601 duration from PT1S to PT5M`,
    ],
    [
      'a duration that is none',
      { queues: { q: { DefaultMessageTimeToLive: '1h' } } },
      `${properties}.DefaultMessageTimeToLive: "1h" is not an ISO 8601 duration of PT1S or longer`,
    ],
    [
      'a wrong name',
      { queues: { '-q': {} } },
      'UserConfig.Namespaces[0].Queues[0].Name: a name is letters, digits, - . _ / and begins and ends with a letter or digit',
    ],
    [
      'two of one name',
      { queues: { q: {} }, topics: { Q: { subscriptions: {} } } },
      'there are two with the name Q (queue or topic)',
    ],
    [
      'a filter of the other type beside the one that counts',
      {
        topics: {
          t: {
            subscriptions: {
              s: {
                rules: [
                  {
                    Name: 'r',
                    Properties: {
                      FilterType: 'Sql',
                      SqlFilter: { SqlExpression: '1 = 1' },
                      CorrelationFilter: { Label: 'red' },
                    },
                  },
                ],
              },
            },
          },
        },
      },
      `${rulePlace}: FilterType is Sql but there is a CorrelationFilter too`,
    ],
    ['a wrong filter', sqlRule('a ='), `${rulePlace}: SQL filter "a =": unexpected end`],
    [
      'a filter with a parameter',
      sqlRule('a = @b'),
      `${rulePlace}: SQL filter "a = @b": not supported: the parameter @b`,
    ],
  ])('%s', (_, entities, line) => {
    expect(() => read(entities)).toThrow(new StartError(`Config.json: ${line}`));
  });

  test('text that is not JSON', () => {
    expect(() => parseConfiguration('{\n "a": }', 'Config.json')).toThrow(
      new StartError('Config.json is not JSON: ValueExpected in line 2'),
    );
  });

  test('a rule action', () => {
    const rule = {
      Name: 'r',
      Properties: {
        FilterType: 'Sql',
        SqlFilter: { SqlExpression: '1 = 1' },
        Action: { SqlExpression: "SET a = 'b'" },
      },
    };
    expect(() => read({ topics: { t: { subscriptions: { s: { rules: [rule] } } } } })).toThrow(
      new StartError(`Config.json: ${rulePlace}.Properties.Action: not supported: rule actions`),
    );
  });
});

test.each([
  ['PT0S', 0],
  ['PT1M30S', 90_000],
  ['P1D', 86_400_000],
  ['P1Y2M3DT4H5M6.5S', ((365 + 60 + 3) * 24 * 3600 + 4 * 3600 + 5 * 60 + 6.5) * 1000],
  ['P', undefined],
  ['PT', undefined],
  ['1M', undefined],
  ['PT-1S', undefined],
])('the duration %s is %s ms', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});
