metadata description = 'Who may send and receive what on Service Bus. Every role is given on a topic, queue or subscription, none on the namespace.'

@description('Name of the namespace.')
param namespaceName string

@description('Object id of the identity of the functions app.')
param functionsPrincipalId string

@description('The adapters: { name, warehouses, principalId }; without warehouses an adapter serves all of them.')
param adapters array

@description('Ids of the warehouses.')
param warehouses array

@description('Other systems that receive: { topic, subscription, principalId }, such as an OMS on atp-changes/oms.')
param subscribers array

@description('Object id of the Entra ID group of operators, whose command line looks at events that wait; empty for none.')
param operatorsGroupId string

var roles = loadJsonContent('roles.json')

resource namespace 'Microsoft.ServiceBus/namespaces@2026-01-01' existing = {
  name: namespaceName
}

resource inventoryEvents 'Microsoft.ServiceBus/namespaces/topics@2026-01-01' existing = {
  parent: namespace
  name: 'inventory-events'
}

resource allocationRequests 'Microsoft.ServiceBus/namespaces/topics@2026-01-01' existing = {
  parent: namespace
  name: 'allocation-requests'
}

resource allocationDecisions 'Microsoft.ServiceBus/namespaces/topics@2026-01-01' existing = {
  parent: namespace
  name: 'allocation-decisions'
}

resource investigations 'Microsoft.ServiceBus/namespaces/topics@2026-01-01' existing = {
  parent: namespace
  name: 'investigations'
}

// What the functions app publishes; on the first two it replays what was parked or dead-lettered.
var functionsTopics = ['inventory-events', 'allocation-decisions', 'allocation-requests', 'atp-changes', 'investigations']

resource sentTopics 'Microsoft.ServiceBus/namespaces/topics@2026-01-01' existing = [
  for topic in functionsTopics: {
    parent: namespace
    name: topic
  }
]

resource functionsSends 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (topic, i) in functionsTopics: {
    scope: sentTopics[i]
    name: guid(namespace.id, topic, functionsPrincipalId, roles.serviceBusDataSender)
    properties: {
      principalId: functionsPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataSender)
    }
  }
]

// What triggers functions. To scale by the length of a backlog the platform asks, as the app, for the runtime properties of the
// subscription and of nothing above it (ServiceBusMetricsProvider of the extension), which only Data Owner may: with Data
// Receiver it sees no more than the first message, and stays at one instance.
var triggers = [
  { topicIndex: 0, subscription: 'atp-projection' }
  { topicIndex: 0, subscription: 'journal' }
  { topicIndex: 1, subscription: 'allocation' }
]

resource triggerSubscriptions 'Microsoft.ServiceBus/namespaces/topics/subscriptions@2026-01-01' existing = [
  for trigger in triggers: {
    parent: sentTopics[trigger.topicIndex]
    name: trigger.subscription
  }
]

resource functionsReceives 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (trigger, i) in triggers: {
    scope: triggerSubscriptions[i]
    name: guid(namespace.id, trigger.subscription, functionsPrincipalId, roles.serviceBusDataOwner)
    properties: {
      principalId: functionsPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataOwner)
    }
  }
]

// Queues of the functions app alone, which it sends to as well.
var ownQueues = ['projection-retry', 'stock-changes']

resource queues 'Microsoft.ServiceBus/namespaces/queues@2026-01-01' existing = [
  for queue in ownQueues: {
    parent: namespace
    name: queue
  }
]

resource functionsQueues 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (queue, i) in ownQueues: {
    scope: queues[i]
    name: guid(namespace.id, queue, functionsPrincipalId, roles.serviceBusDataOwner)
    properties: {
      principalId: functionsPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataOwner)
    }
  }
]

// What the adapters tell of themselves is looked at.
resource adapterStatus 'Microsoft.ServiceBus/namespaces/queues@2026-01-01' existing = {
  parent: namespace
  name: 'adapter-status'
}

resource functionsLooksAtAdapters 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: adapterStatus
  name: guid(namespace.id, 'adapter-status', functionsPrincipalId, roles.serviceBusDataReceiver)
  properties: {
    principalId: functionsPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataReceiver)
  }
}

// Dead letters of what the cloud asked are listed, replayed and deleted with its own.
resource requestSubscriptions 'Microsoft.ServiceBus/namespaces/topics/subscriptions@2026-01-01' existing = [
  for warehouse in warehouses: {
    parent: allocationRequests
    name: warehouse
  }
]

resource functionsLooksAtRequests 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (warehouse, i) in warehouses: {
    scope: requestSubscriptions[i]
    name: guid(namespace.id, 'allocation-requests', warehouse, functionsPrincipalId, roles.serviceBusDataReceiver)
    properties: {
      principalId: functionsPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataReceiver)
    }
  }
]

// An adapter publishes events and decisions, and how it is …
resource adapterSendsEvents 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for adapter in adapters: {
    scope: inventoryEvents
    name: guid(namespace.id, 'inventory-events', adapter.principalId, roles.serviceBusDataSender)
    properties: {
      principalId: adapter.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataSender)
    }
  }
]

resource adapterSendsDecisions 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for adapter in adapters: {
    scope: allocationDecisions
    name: guid(namespace.id, 'allocation-decisions', adapter.principalId, roles.serviceBusDataSender)
    properties: {
      principalId: adapter.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataSender)
    }
  }
]

resource adapterTellsStatus 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for adapter in adapters: {
    scope: adapterStatus
    name: guid(namespace.id, 'adapter-status', adapter.principalId, roles.serviceBusDataSender)
    properties: {
      principalId: adapter.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataSender)
    }
  }
]

// … and receives, of what its own warehouses are asked, and of nothing else.
var served = flatten(map(adapters, adapter => map(empty(adapter.warehouses) ? warehouses : adapter.warehouses, warehouse => {
  principalId: adapter.principalId
  warehouse: warehouse
})))

resource servedRequests 'Microsoft.ServiceBus/namespaces/topics/subscriptions@2026-01-01' existing = [
  for one in served: {
    parent: allocationRequests
    name: one.warehouse
  }
]

resource adapterReceivesRequests 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (one, i) in served: {
    scope: servedRequests[i]
    name: guid(namespace.id, 'allocation-requests', one.warehouse, one.principalId, roles.serviceBusDataReceiver)
    properties: {
      principalId: one.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataReceiver)
    }
  }
]

resource servedInvestigations 'Microsoft.ServiceBus/namespaces/topics/subscriptions@2026-01-01' existing = [
  for one in served: {
    parent: investigations
    name: one.warehouse
  }
]

resource adapterReceivesInvestigations 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (one, i) in served: {
    scope: servedInvestigations[i]
    name: guid(namespace.id, 'investigations', one.warehouse, one.principalId, roles.serviceBusDataReceiver)
    properties: {
      principalId: one.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataReceiver)
    }
  }
]

resource subscriberTopics 'Microsoft.ServiceBus/namespaces/topics@2026-01-01' existing = [
  for subscriber in subscribers: {
    parent: namespace
    name: subscriber.topic
  }
]

resource subscriberSubscriptions 'Microsoft.ServiceBus/namespaces/topics/subscriptions@2026-01-01' existing = [
  for (subscriber, i) in subscribers: {
    parent: subscriberTopics[i]
    name: subscriber.subscription
  }
]

resource subscriberReceives 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (subscriber, i) in subscribers: {
    scope: subscriberSubscriptions[i]
    name: guid(namespace.id, subscriber.topic, subscriber.subscription, subscriber.principalId, roles.serviceBusDataReceiver)
    properties: {
      principalId: subscriber.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataReceiver)
    }
  }
]

// What `npx stockbridge rebuild` looks at before it compares: events on their way. All else people ask the app for, which records
// who does what. A look needs the role that takes messages, too.
var eventSubscriptions = ['atp-projection', 'journal']

resource watchedSubscriptions 'Microsoft.ServiceBus/namespaces/topics/subscriptions@2026-01-01' existing = [
  for subscription in eventSubscriptions: {
    parent: inventoryEvents
    name: subscription
  }
]

resource operatorsLookAtEvents 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (subscription, i) in eventSubscriptions: if (!empty(operatorsGroupId)) {
    scope: watchedSubscriptions[i]
    name: guid(namespace.id, subscription, operatorsGroupId, roles.serviceBusDataReceiver)
    properties: {
      principalId: operatorsGroupId
      principalType: 'Group'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataReceiver)
    }
  }
]

resource retries 'Microsoft.ServiceBus/namespaces/queues@2026-01-01' existing = {
  parent: namespace
  name: 'projection-retry'
}

resource operatorsLookAtRetries 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(operatorsGroupId)) {
  scope: retries
  name: guid(namespace.id, 'projection-retry', operatorsGroupId, roles.serviceBusDataReceiver)
  properties: {
    principalId: operatorsGroupId
    principalType: 'Group'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataReceiver)
  }
}
