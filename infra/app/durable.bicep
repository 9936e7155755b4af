metadata description = 'Durable Task Scheduler: the backend of Durable Functions for high rates. Without it the task hub lies in the storage of the host.'

@description('Azure region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Name of the scheduler.')
param schedulerName string

@description('Name of the task hub.')
param taskHubName string

@description('Consumption is paid by action, 500 a second at most; Dedicated by capacity unit, 2,000 actions a second each.')
@allowed(['Consumption', 'Dedicated'])
param skuName string

@description('Capacity units of Dedicated. Three are spread over availability zones.')
@minValue(1)
@maxValue(3)
param capacityUnits int

@description('Whether the scheduler is reached by its private endpoint only.')
param isPrivate bool

@description('Days after which an ended orchestration is purged, should the app not have done so.')
@minValue(1)
param retentionDays int

@description('Object id of the identity of the functions app.')
param functionsPrincipalId string

var roles = loadJsonContent('roles.json')

resource scheduler 'Microsoft.DurableTask/schedulers@2026-02-01' = {
  name: schedulerName
  location: location
  tags: tags
  properties: {
    sku: isDedicated
      ? {
          name: skuName
          capacity: capacityUnits
        }
      : {
          name: skuName
        }
    // An empty list lets nobody in; who may come in is decided by roles, and by the network where it is private.
    ipAllowlist: ['0.0.0.0/0']
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
  }
}

var isDedicated = skuName == 'Dedicated'

resource taskHub 'Microsoft.DurableTask/schedulers/taskHubs@2026-02-01' = {
  parent: scheduler
  name: taskHubName
}

resource retention 'Microsoft.DurableTask/schedulers/retentionPolicies@2026-02-01' = {
  parent: scheduler
  name: 'default'
  properties: {
    retentionPolicies: [
      {
        retentionPeriodInDays: retentionDays
      }
    ]
  }
}

resource functionsAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: taskHub
  name: guid(taskHub.id, functionsPrincipalId, roles.durableTaskDataContributor)
  properties: {
    principalId: functionsPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.durableTaskDataContributor)
  }
}

@description('Resource id of the scheduler.')
output id string = scheduler.id

@description('Address of the scheduler.')
output endpoint string = scheduler.properties.endpoint

@description('Name of the task hub.')
output taskHubName string = taskHub.name
