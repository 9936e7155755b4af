metadata description = 'Storage of the product: the tables and containers of infra/storage/storage.json. An account of its own, so that the task hub and the journal do not slow each other.'

@description('Azure region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Name of the account.')
param accountName string

@description('Redundancy. The journal is the audit trail: with GZRS a copy lies in the paired region.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GZRS'])
param skuName string

@description('Whether the account is reached by its private endpoints only.')
param isPrivate bool

@description('Object id of the identity of the functions app.')
param functionsPrincipalId string

@description('Object id of the Entra ID group of operators, whose command line reads and completes the journal; empty for none.')
param operatorsGroupId string

var roles = loadJsonContent('roles.json')
var definition = loadJsonContent('../storage/storage.json')

resource account 'Microsoft.Storage/storageAccounts@2026-04-01' = {
  name: accountName
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: skuName
  }
  properties: {
    accessTier: 'Hot'
    allowSharedKeyAccess: false
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: {
      defaultAction: isPrivate ? 'Deny' : 'Allow'
      bypass: 'AzureServices'
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2026-04-01' = {
  parent: account
  name: 'default'
  properties: {
    // As long as a message that was deleted from the quarantine can be restored.
    deleteRetentionPolicy: {
      enabled: true
      days: 30
    }
    containerDeleteRetentionPolicy: {
      enabled: true
      days: 30
    }
  }
}

resource containers 'Microsoft.Storage/storageAccounts/blobServices/containers@2026-04-01' = [
  for container in definition.blobContainers: {
    parent: blobs
    name: container
    properties: {
      publicAccess: 'None'
    }
  }
]

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2026-04-01' = {
  parent: account
  name: 'default'
}

resource tables 'Microsoft.Storage/storageAccounts/tableServices/tables@2026-04-01' = [
  for table in definition.tables: {
    parent: tableService
    name: table
  }
]

resource functionsTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (table, i) in definition.tables: {
    scope: tables[i]
    name: guid(account.id, table, functionsPrincipalId, roles.storageTableDataContributor)
    properties: {
      principalId: functionsPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageTableDataContributor)
    }
  }
]

resource functionsContainers 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (container, i) in definition.blobContainers: {
    scope: containers[i]
    name: guid(account.id, container, functionsPrincipalId, roles.storageBlobDataContributor)
    properties: {
      principalId: functionsPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageBlobDataContributor)
    }
  }
]

resource operatorsTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (table, i) in definition.tables: if (!empty(operatorsGroupId)) {
    scope: tables[i]
    name: guid(account.id, table, operatorsGroupId, roles.storageTableDataContributor)
    properties: {
      principalId: operatorsGroupId
      principalType: 'Group'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageTableDataContributor)
    }
  }
]

@description('Name of the account.')
output name string = account.name

@description('Resource id of the account.')
output id string = account.id

@description('Addresses of blobs and tables.')
output endpoints object = {
  blob: account.properties.primaryEndpoints.blob
  table: account.properties.primaryEndpoints.table
}
