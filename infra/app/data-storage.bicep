metadata description = 'What lies in the storage of the product: the tables and containers of infra/storage/storage.json.'

@description('Name of the account.')
param accountName string

@description('Object id of the identity of the functions app.')
param functionsPrincipalId string

@description('Object id of the Entra ID group of operators, whose command line reads and completes the journal; empty for none.')
param operatorsGroupId string

var roles = loadJsonContent('roles.json')
var definition = loadJsonContent('../storage/storage.json')

resource account 'Microsoft.Storage/storageAccounts@2026-04-01' existing = {
  name: accountName
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

// Of the journal alone: what people did, which lies beside it, they cannot change.
resource operatorsJournal 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(operatorsGroupId)) {
  scope: tables[indexOf(definition.tables, 'journal')]
  name: guid(account.id, 'journal', operatorsGroupId, roles.storageTableDataContributor)
  properties: {
    principalId: operatorsGroupId
    principalType: 'Group'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageTableDataContributor)
  }
}
