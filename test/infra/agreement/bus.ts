import type { Entity } from '../../../shared/asyncapi/bus.ts';
import type { Value } from '../bicep/value.ts';
import type { Deployment } from '../deployment.ts';
import { created, namesOf, propertyAt } from './created.ts';

const NAMESPACE = 'Microsoft.ServiceBus/namespaces';

/** Queues, topics and subscriptions that a deployment makes, such as `topic inventory-events/journal where …`. */
export function createdEntities(deployment: Deployment): string[] {
  const rules = new Map(
    created(deployment, `${NAMESPACE}/topics/subscriptions/rules`).map((rule) => [
      namesOf(rule).slice(1, 3).join('/'),
      filterOf(rule.fields.properties),
    ]),
  );
  const named = (kind: string, type: string) =>
    created(deployment, `${NAMESPACE}/${type}`).map((one) => {
      const name = namesOf(one).slice(1).join('/');
      return `${kind} ${name}${rules.has(name) ? ` where ${rules.get(name)}` : ''}`;
    });
  return [
    ...named('queue', 'queues'),
    ...named('topic', 'topics'),
    ...named('subscription', 'topics/subscriptions'),
  ];
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
