import { topologySchema } from '../../../local/service-bus/topology.ts';
import type { Entity } from '../../../shared/asyncapi/bus.ts';
import { propertyAt, type Value } from '../bicep/value.ts';
import { namesOf } from '../deployed-resource.ts';
import type { Deployment } from '../deployment.ts';
import { created } from './created.ts';

const NAMESPACE = 'Microsoft.ServiceBus/namespaces';
const ENTITY_TYPES = ['queues', 'topics', 'topics/subscriptions'] as const;
const KINDS = { queues: 'queue', topics: 'topic', 'topics/subscriptions': 'subscription' } as const;

/** Queues, topics and subscriptions that a deployment makes, such as `topic inventory-events/journal where …`. */
export function createdEntities(deployment: Deployment): string[] {
  const rules = new Map(
    created(deployment, `${NAMESPACE}/topics/subscriptions/rules`).map((rule) => [
      namesOf(rule).slice(1, 3).join('/'),
      filterOf(rule.fields.properties),
    ]),
  );
  return ENTITY_TYPES.flatMap((type) =>
    created(deployment, `${NAMESPACE}/${type}`).map((one) => {
      const name = namesOf(one).slice(1).join('/');
      return `${KINDS[type]} ${name}${rules.has(name) ? ` where ${rules.get(name)}` : ''}`;
    }),
  );
}

function filterOf(properties: Value | undefined): string {
  const sql = propertyAt(properties, 'sqlFilter', 'sqlExpression');
  if (propertyAt(properties, 'filterType') === 'SqlFilter') return String(sql);
  return JSON.stringify(propertyAt(properties, 'correlationFilter', 'properties'));
}

/** The same of the entities that code knows. */
export function usedEntities(
  entities: Readonly<Record<string, Entity>>,
  warehouses: readonly string[],
): string[] {
  return Object.entries(entities).flatMap(([name, { kind, subscriptions = {} }]) => [
    `${kind} ${name}`,
    ...Object.entries(subscriptions).flatMap(([subscription, { filter }]) => {
      const where = filter
        ? ` where ${'sql' in filter ? filter.sql : JSON.stringify(filter.properties)}`
        : '';
      return forEachWarehouse(`subscription ${name}/${subscription}${where}`, warehouses);
    }),
  ]);
}

/** A text once, or once for each warehouse when it has a place for it. */
export function forEachWarehouse(text: string, warehouses: readonly string[]): string[] {
  if (!text.includes('{warehouseId}')) return [text];
  return warehouses.map((warehouse) => text.replaceAll('{warehouseId}', warehouse));
}

/** Settings of entities by their kind and name, without those that a deployment gives more of than the description. */
type EntitySettings = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What `infra/service-bus/topology.json` says of each entity. */
export function describedEntities(topology: unknown, warehouses: readonly string[]): EntitySettings {
  const { queues, topics } = topologySchema.parse(topology);
  const pairs = [
    ...queues.map((queue) => [`queue ${queue.name}`, queue] as const),
    ...topics.map((topic) => [`topic ${topic.name}`, topic] as const),
    ...topics.flatMap((topic) =>
      topic.subscriptions.flatMap((one) =>
        forEachWarehouse(`subscription ${topic.name}/${one.name}`, warehouses).map(
          (name) => [name, one] as const,
        ),
      ),
    ),
  ];
  return Object.fromEntries(
    pairs.map(([name, all]) => {
      const settings = Object.entries(all).filter(([setting]) => !NO_SETTINGS.has(setting));
      return [name, Object.fromEntries(settings)];
    }),
  );
}

/** Names, texts and parts; and the size, of which Premium gives more. */
const NO_SETTINGS = new Set(['name', 'why', 'subscriptions', 'rules', 'maxSizeInMegabytes']);

/** The same settings of the entities that a deployment makes. */
export function entitySettings(deployment: Deployment, asked: EntitySettings): EntitySettings {
  const settings = ENTITY_TYPES.flatMap((type) =>
    created(deployment, `${NAMESPACE}/${type}`).map((one) => {
      const name = `${KINDS[type]} ${namesOf(one).slice(1).join('/')}`;
      const names = Object.keys(asked[name] ?? {});
      return [
        name,
        Object.fromEntries(names.map((each) => [each, propertyAt(one.fields, 'properties', each)])),
      ];
    }),
  );
  return Object.fromEntries(settings);
}
