import { expect, test } from 'vitest';
import { filesOf } from '../bicep/files.ts';
import { deploy } from '../deployment.ts';
import { createdEntities, usedEntities } from './bus.ts';
import { differences } from './created.ts';
import { grantedRoles } from './roles.ts';
import { runbookProblem } from './runbooks.ts';

const BICEP = `
resource namespace 'Microsoft.ServiceBus/namespaces@2026-01-01' = {
  name: 'bus'
}
resource topic 'Microsoft.ServiceBus/namespaces/topics@2026-01-01' = {
  parent: namespace
  name: 'events'
}
resource subscriptions 'Microsoft.ServiceBus/namespaces/topics/subscriptions@2026-01-01' = [
  for name in ['journal', 'spare']: {
    parent: topic
    name: name
  }
]
resource rule 'Microsoft.ServiceBus/namespaces/topics/subscriptions/rules@2026-01-01' = {
  parent: subscriptions[0]
  name: '$Default'
  properties: { filterType: 'SqlFilter', sqlFilter: { sqlExpression: 'a = 1' } }
}
resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'app'
}
resource role 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: topic
  name: guid(topic.id)
  properties: {
    principalId: identity.properties.principalId
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39')
  }
}
`;

const deployment = deploy('main.bicep', {}, { files: filesOf(() => BICEP), types: undefined });

test('What code uses and Bicep does not make is told, and what no code uses', () => {
  const used = usedEntities(
    {
      events: {
        kind: 'topic',
        message: 'InventoryEvent',
        description: '',
        subscriptions: { journal: { description: '', filter: { sql: 'a = 2' } } },
      },
    },
    [],
  );
  expect(differences(used, createdEntities(deployment))).toEqual([
    'Bicep makes subscription events/journal where a = 1: no code uses it',
    'Bicep makes subscription events/spare: no code uses it',
    'code uses subscription events/journal where a = 2: Bicep does not make it',
  ]);
});

test('A role is told by who has it, and on what', () => {
  expect(grantedRoles(deployment)).toEqual(['identity: Azure Service Bus Data Sender on topics events']);
});

test('A runbook has to be there, and its section', () => {
  const pages: Readonly<Record<string, string>> = { 'alerts.md': '# Alerts\n\n## bus-full\n' };
  const problemOf = (link: string) => runbookProblem(link, (file) => pages[file]);
  expect(problemOf('alerts.md#bus-full')).toBeUndefined();
  expect(problemOf('alerts.md#bus-empty')).toBe('alerts.md has no heading bus-empty');
  expect(problemOf('other.md#bus-full')).toBe('there is no other.md');
});
