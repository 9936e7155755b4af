metadata description = 'Cosmos DB: the account, and the database and containers of infra/cosmos/containers.json.'

@description('Azure region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Name of the account.')
param accountName string

@description('autoscale: each container has request units of its own, from a tenth of its most upwards. serverless: paid by request, 5,000 RU/s at most, one region.')
@allowed(['autoscale', 'serverless'])
param capacityMode string

@description('Most request units per second of each container in autoscale, in steps of 1,000: { stock, orders }.')
param maxThroughput object

@description('Region of a second copy, which takes over when the first is lost; empty for none. Not with serverless.')
param secondaryLocation string

@description('Whether the copies of a region lie in several availability zones.')
param zoneRedundant bool

@description('How far back the account can be restored to any second: 7 days (free of charge) or 30.')
@allowed(['Continuous7Days', 'Continuous30Days'])
param backupTier string

@description('Whether the account is reached by its private endpoint only.')
param isPrivate bool

@description('Object id of the identity of the functions app.')
param functionsPrincipalId string

@description('Object id of the Entra ID group of operators, whose command line rebuilds positions; empty for none.')
param operatorsGroupId string

@description('Resource id of the Log Analytics workspace.')
param workspaceId string

// any(): as in messaging.bicep.
var definition = any(loadJsonContent('../cosmos/containers.json'))
var isServerless = capacityMode == 'serverless'
var secondaryLocations = empty(secondaryLocation) || isServerless ? [] : [secondaryLocation]

resource account 'Microsoft.DocumentDB/databaseAccounts@2025-10-15' = {
  name: accountName
  location: location
  tags: tags
  kind: 'GlobalDocumentDB'
  properties: {
    databaseAccountOfferType: 'Standard'
    // What a process has written it reads; what another wrote may take a moment, which the writes by ETag stand for.
    consistencyPolicy: {
      defaultConsistencyLevel: 'Session'
    }
    locations: [
      for (name, i) in concat([location], secondaryLocations): {
        locationName: name
        failoverPriority: i
        isZoneRedundant: zoneRedundant
      }
    ]
    // Versions and ETags order what is written: two regions that both take writes would break that.
    enableMultipleWriteLocations: false
    enableAutomaticFailover: !empty(secondaryLocations)
    capabilities: isServerless
      ? [
          {
            name: 'EnableServerless'
          }
        ]
      : []
    backupPolicy: {
      type: 'Continuous'
      continuousModeProperties: {
        tier: backupTier
      }
    }
    disableLocalAuth: true
    disableKeyBasedMetadataWriteAccess: true
    minimalTlsVersion: 'Tls12'
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAclBypass: 'None'
  }
}

resource database 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases@2025-10-15' = {
  parent: account
  name: definition.database
  properties: {
    resource: {
      id: definition.database
    }
  }
}

resource containers 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers@2025-10-15' = [
  for container in definition.containers: {
    parent: database
    name: container.id
    properties: {
      resource: {
        id: container.id
        partitionKey: container.partitionKey
        indexingPolicy: container.indexingPolicy
        defaultTtl: container.defaultTtl
      }
      options: isServerless
        ? {}
        : {
            autoscaleSettings: {
              maxThroughput: maxThroughput[container.id]
            }
          }
    }
  }
]

// The options of a container count when it is made; afterwards its throughput is a resource of its own.
resource throughput 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/throughputSettings@2025-10-15' = [
  for (container, i) in definition.containers: if (!isServerless) {
    parent: containers[i]
    name: 'default'
    properties: {
      resource: {
        autoscaleSettings: {
          maxThroughput: maxThroughput[container.id]
        }
      }
    }
  }
]

// Cosmos DB Built-in Data Contributor: reads and writes documents of this database, makes and drops no container.
var dataContributorRoleId = '${account.id}/sqlRoleDefinitions/00000000-0000-0000-0000-000000000002'
var databaseScope = '${account.id}/dbs/${definition.database}'

resource functionsAccess 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments@2025-10-15' = {
  parent: account
  name: guid(account.id, functionsPrincipalId, 'data-contributor')
  properties: {
    principalId: functionsPrincipalId
    roleDefinitionId: dataContributorRoleId
    scope: databaseScope
  }
  // A change of roles locks the account: not while containers are made.
  dependsOn: [containers, throughput]
}

resource operatorsAccess 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments@2025-10-15' = if (!empty(operatorsGroupId)) {
  parent: account
  name: guid(account.id, operatorsGroupId, 'data-contributor')
  properties: {
    principalId: operatorsGroupId
    roleDefinitionId: dataContributorRoleId
    scope: databaseScope
  }
  // An account takes one change of its roles at a time.
  dependsOn: [functionsAccess]
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: account
  name: 'audit'
  properties: {
    workspaceId: workspaceId
    logAnalyticsDestinationType: 'Dedicated'
    logs: [
      {
        category: 'ControlPlaneRequests'
        enabled: true
      }
    ]
  }
}

@description('Resource id of the account.')
output id string = account.id

@description('Address of the account.')
output endpoint string = account.properties.documentEndpoint
