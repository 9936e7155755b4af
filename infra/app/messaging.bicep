metadata description = 'Service Bus: the namespace, and the topics, queues and subscriptions of infra/service-bus/topology.json.'

@description('Azure region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Name of the namespace.')
param namespaceName string

@description('Standard shares its machines and has no private endpoints; Premium has messaging units of its own.')
@allowed(['Standard', 'Premium'])
param skuName string

@description('Messaging units of Premium. Standard has none.')
@allowed([1, 2, 4, 8, 16])
param messagingUnits int

@description('Region that Premium keeps a copy of namespace and messages in; empty for none.')
param replicaLocation string

@description('Ids of the warehouses: each has a subscription on allocation-requests and on investigations.')
param warehouses array

@description('Whether the namespace is reached by its private endpoint only, but for allowedAddresses. Premium only.')
param isPrivate bool

@description('IPv4 addresses or ranges (CIDR) from which a private namespace is reached all the same, such as those that the adapters call from. Premium only.')
param allowedAddresses array

@description('Resource id of the Log Analytics workspace.')
param workspaceId string

// any(): the compiler would infer a type of its own for every entity, and refuse what only some of them have.
var topology = any(loadJsonContent('../service-bus/topology.json'))
var isPremium = skuName == 'Premium'
// An entity of Premium may grow to 80 GB, one of Standard to what the topology says: the longer the cloud may be away.
var premiumEntityMegabytes = 81920
var isReplicated = isPremium && !empty(replicaLocation)

resource namespace 'Microsoft.ServiceBus/namespaces@2026-01-01' = {
  name: namespaceName
  location: location
  tags: tags
  sku: {
    name: skuName
    tier: skuName
    capacity: isPremium ? messagingUnits : null
  }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: isPrivate && empty(allowedAddresses) ? 'Disabled' : 'Enabled'
    geoDataReplication: isReplicated
      ? {
          // Asynchronous, or every send would wait for the other region. Seconds.
          maxReplicationLagDurationInSeconds: 300
          locations: [
            {
              locationName: location
              roleType: 'Primary'
            }
            {
              locationName: replicaLocation
              roleType: 'Secondary'
            }
          ]
        }
      : null
  }
}

resource networkRules 'Microsoft.ServiceBus/namespaces/networkRuleSets@2026-01-01' = if (isPremium) {
  parent: namespace
  name: 'default'
  properties: {
    publicNetworkAccess: isPrivate && empty(allowedAddresses) ? 'Disabled' : 'Enabled'
    defaultAction: isPrivate ? 'Deny' : 'Allow'
    // Azure Monitor, say. Functions is none of them: it comes by the private endpoint.
    trustedServiceAccessEnabled: true
    ipRules: [
      for address in allowedAddresses: {
        ipMask: address
        action: 'Allow'
      }
    ]
  }
}

@batchSize(4)
resource queues 'Microsoft.ServiceBus/namespaces/queues@2026-01-01' = [
  for queue in topology.queues: {
    parent: namespace
    name: queue.name
    properties: {
      lockDuration: queue.lockDuration
      maxDeliveryCount: queue.maxDeliveryCount
      maxSizeInMegabytes: isPremium ? premiumEntityMegabytes : queue.maxSizeInMegabytes
      defaultMessageTimeToLive: queue.defaultMessageTimeToLive
      deadLetteringOnMessageExpiration: queue.deadLetteringOnMessageExpiration
      requiresDuplicateDetection: queue.requiresDuplicateDetection
      requiresSession: queue.requiresSession
      enableBatchedOperations: true
    }
  }
]

@batchSize(4)
resource topics 'Microsoft.ServiceBus/namespaces/topics@2026-01-01' = [
  for topic in topology.topics: {
    parent: namespace
    name: topic.name
    properties: {
      maxSizeInMegabytes: isPremium ? premiumEntityMegabytes : topic.maxSizeInMegabytes
      defaultMessageTimeToLive: topic.defaultMessageTimeToLive
      requiresDuplicateDetection: topic.requiresDuplicateDetection
      enableBatchedOperations: true
    }
  }
]

// Every subscription with the place of its topic; one that is named {warehouseId} once for each warehouse.
var placed = flatten(map(range(0, length(topology.topics)), topicIndex => map(topology.topics[topicIndex].subscriptions, settings => {
  topicIndex: topicIndex
  settings: settings
})))
var expanded = flatten(map(placed, place => map(place.settings.name == '{warehouseId}' ? warehouses : [''], warehouse => {
  topicIndex: place.topicIndex
  name: empty(warehouse) ? place.settings.name : warehouse
  settings: json(replace(string(place.settings), '{warehouseId}', warehouse))
})))

@batchSize(4)
resource subscriptions 'Microsoft.ServiceBus/namespaces/topics/subscriptions@2026-01-01' = [
  for one in expanded: {
    parent: topics[one.topicIndex]
    name: one.name
    properties: {
      lockDuration: one.settings.lockDuration
      maxDeliveryCount: one.settings.maxDeliveryCount
      defaultMessageTimeToLive: one.settings.defaultMessageTimeToLive
      deadLetteringOnMessageExpiration: one.settings.deadLetteringOnMessageExpiration
      // A filter that cannot be evaluated is a defect of ours: the message is kept, with the reason.
      deadLetteringOnFilterEvaluationExceptions: true
      requiresSession: one.settings.requiresSession
      enableBatchedOperations: true
    }
  }
]

var filtered = filter(map(range(0, length(expanded)), index => {
  subscriptionIndex: index
  rules: expanded[index].settings.rules
}), one => !empty(one.rules))

// A subscription comes with the rule $Default, which lets everything through, and whether that goes when another is added
// depends on the API: the one rule of the topology takes its place.
@batchSize(4)
resource rules 'Microsoft.ServiceBus/namespaces/topics/subscriptions/rules@2026-01-01' = [
  for one in filtered: {
    parent: subscriptions[one.subscriptionIndex]
    name: '$Default'
    properties: one.rules[0].filterType == 'SqlFilter'
      ? {
          filterType: 'SqlFilter'
          sqlFilter: {
            sqlExpression: one.rules[0].sqlFilter.sqlExpression
          }
        }
      : {
          filterType: 'CorrelationFilter'
          correlationFilter: {
            properties: one.rules[0].correlationFilter.properties
          }
        }
  }
]

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: namespace
  name: 'audit'
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        categoryGroup: 'audit'
        enabled: true
      }
    ]
  }
}

@description('Name of the namespace.')
output name string = namespace.name

@description('Resource id of the namespace.')
output id string = namespace.id

@description('Host that clients connect to.')
output fullyQualifiedNamespace string = '${namespace.name}.servicebus.windows.net'
