import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseConfiguration } from './config.ts';
import { cappedForOfficialEmulator } from './official-emulator.ts';
import { StartError } from './start-error.ts';
import { configOfTopology, type Topology, topologySchema } from './topology.ts';

const file = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
const topology = topologySchema.parse(JSON.parse(file('infra/service-bus/topology.json')));
const wanted = configOfTopology(topology);
const { config, caps } = cappedForOfficialEmulator(wanted);

/** As many subscriptions of the first topic, named by number. */
function withSubscriptions(count: number): Topology {
  const [topic, ...others] = topology.topics;
  const [subscription] = topic?.subscriptions ?? [];
  if (!topic || !subscription) throw new Error('The topology has no topic with a subscription');
  const subscriptions = Array.from({ length: count }, (_, index) => ({ ...subscription, name: `s${index}` }));
  return { ...topology, topics: [{ ...topic, subscriptions }, ...others] };
}

describe('The Config.json of the official emulator', () => {
  test('is the topology of Azure but for what the emulator has a lower limit of', () => {
    const capped = JSON.parse(
      JSON.stringify(wanted),
      (property, value: unknown) =>
        caps.find((cap) => cap.property === property && cap.wanted === value)?.capped ?? value,
    );
    expect(config).toEqual(capped);
  });

  test('asks it for no more than its schema allows', () => {
    const { queues, topics } = parseConfiguration(JSON.stringify(config), 'Config.json');
    const subscriptions = topics.flatMap((topic) => topic.subscriptions);
    const times = [...queues, ...topics, ...subscriptions].map((one) => one.defaultTimeToLive ?? Infinity);
    expect(Math.max(...times)).toBe(3_600_000);
    expect(Math.max(...[...queues, ...subscriptions].map((one) => one.maxDeliveryCount))).toBe(10);
  });

  test('says in the docs what is capped', () => {
    const page = file('docs/local-stack.md');
    for (const { property, wanted: value, capped } of caps)
      expect(page).toContain(`\`${property}\` ${value} becomes ${capped}`);
    expect(caps).toHaveLength(2);
  });

  test('is refused where the emulator does not take so many', () => {
    expect(() => cappedForOfficialEmulator(configOfTopology(withSubscriptions(50)))).not.toThrow();
    expect(() => cappedForOfficialEmulator(configOfTopology(withSubscriptions(51)))).toThrow(
      '51 subscriptions of inventory-events: the official emulator takes 50 at most',
    );
  });
});

test('A misspelt property of the topology is refused with one line that names the place', () => {
  const [queue] = topology.queues;
  const misspelt = { ...topology, queues: [{ ...queue, lockDurations: 'PT1M' }] };
  expect(() => parseConfiguration(JSON.stringify(misspelt), 'topology.json')).toThrow(
    new StartError('topology.json: queues[0]: unknown property "lockDurations"'),
  );
});

test('A subscription named {warehouseId} is one for each warehouse, with its filter', () => {
  const [{ Topics }] = configOfTopology(topology, ['BERLIN']).UserConfig.Namespaces;
  const requests = Topics.find(({ Name }) => Name === 'allocation-requests');
  expect(requests?.Subscriptions).toMatchObject([
    {
      Name: 'BERLIN',
      Rules: [{ Properties: { CorrelationFilter: { Properties: { warehouseId: 'BERLIN' } } } }],
    },
  ]);
});
