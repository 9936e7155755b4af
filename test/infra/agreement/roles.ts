import type { Application, Entity } from '../../../shared/asyncapi/bus.ts';
import { propertyAt, type Value } from '../bicep/value.ts';
import { namesOf } from '../deployed-resource.ts';
import type { Deployment } from '../deployment.ts';
import { forEachWarehouse } from './bus.ts';
import { created, resourceBehind } from './created.ts';

/** Built-in roles by id (learn.microsoft.com, "Azure built-in roles"). */
export const BUILT_IN_ROLES: Readonly<Record<string, string>> = {
  '090c5cfd-751d-490a-894a-3ce6f1109419': 'Azure Service Bus Data Owner',
  '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0': 'Azure Service Bus Data Receiver',
  '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39': 'Azure Service Bus Data Sender',
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b': 'Storage Blob Data Owner',
  'ba92f5b4-2d11-453d-a403-e96b0029c9fe': 'Storage Blob Data Contributor',
  '974c5e8b-45b9-4653-ba55-5f855dd0fb88': 'Storage Queue Data Contributor',
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3': 'Storage Table Data Contributor',
  '4633458b-17de-408a-b874-0445c86b69e6': 'Key Vault Secrets User',
  '3913510d-42f4-4e42-8a64-420c390055eb': 'Monitoring Metrics Publisher',
  '0ad04412-c4d5-4796-b79c-f76d14c8d402': 'Durable Task Data Contributor',
  '00000000-0000-0000-0000-000000000002': 'Cosmos DB Built-in Data Contributor',
};

/** Who is given which role on what, such as `functionsIdentity: Azure Service Bus Data Sender on topics inventory-events`. */
export function grantedRoles(deployment: Deployment): string[] {
  const assignments = created(deployment, 'Microsoft.Authorization/roleAssignments').map(
    ({ fields, scope }) => {
      const target = resourceBehind(scope);
      const place = target ? placeOf(target.type, namesOf(target)) : 'everything';
      return { properties: fields.properties, place };
    },
  );
  const ofCosmos = created(deployment, 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments').map(
    ({ fields }) => ({
      properties: fields.properties,
      place: String(propertyAt(fields.properties, 'scope')).split('/').slice(-2).join(' '),
    }),
  );
  return [...assignments, ...ofCosmos].map(({ properties, place }) => {
    const principal = propertyAt(properties, 'principalId');
    const who = resourceBehind(principal)?.symbol ?? (typeof principal === 'string' ? principal : 'somebody');
    return `${who}: ${roleName(propertyAt(properties, 'roleDefinitionId'))} on ${place}`;
  });
}

function roleName(id: Value | undefined): string {
  const guid = typeof id === 'string' ? (id.split('/').at(-1) ?? '') : '';
  return BUILT_IN_ROLES[guid] ?? `role ${guid || '?'}`;
}

/** `subscriptions inventory-events/journal`, without the provider and the name of the namespace or account. */
function placeOf(type: string, names: readonly string[]): string {
  const inner = names.slice(1).filter((name) => name !== 'default');
  return [type.split('/').at(-1), inner.join('/')].filter(Boolean).join(' ');
}

/**
 * Roles on Service Bus by what an application does there. Who is triggered by a subscription or a queue is its Data Owner: by
 * that alone the platform sees how much waits, and adds instances.
 *
 * @param triggers queues and subscriptions, such as `inventory-events/journal`, that trigger it
 */
export function busRoles(
  who: string,
  { operations }: Application,
  entities: Readonly<Record<string, Entity>>,
  { warehouses, triggers }: { readonly warehouses: readonly string[]; readonly triggers: readonly string[] },
): string[] {
  const roles = Object.values(operations).flatMap(({ action, channel }) => {
    const [entity = '', subscription] = channel.split('/');
    const needed = action === 'send' ? 'Sender' : 'Receiver';
    const role = triggers.includes(channel) ? 'Owner' : needed;
    const place =
      subscription === undefined ? `${entities[entity]?.kind}s ${entity}` : `subscriptions ${channel}`;
    return forEachWarehouse(`${who}: Azure Service Bus Data ${role} on ${place}`, warehouses);
  });
  return [...new Set(roles)];
}
