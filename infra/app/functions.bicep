metadata description = 'The functions app on the Flex Consumption plan, and its settings.'

@description('Azure region.')
param location string

@description('Tags of every resource. The app has azd-service-name besides, by which azd finds where to deploy to.')
param tags object

@description('Name of the plan.')
param planName string

@description('Name of the app.')
param appName string

@description('Version of Node.js.')
@allowed(['22', '24'])
param nodeVersion string

@description('Memory of an instance. Megabytes.')
@allowed([512, 2048, 4096])
param instanceMemoryMegabytes int

@description('Most instances of each group that scales by itself: http, durable, and each function of Service Bus; no fewer than are always ready.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int

@description('Instances that are always there: { name, instanceCount }; name is http, durable or function:NAME.')
param alwaysReady array

@description('Whether instances that are always there lie in several availability zones. Takes two or more of each.')
param zoneRedundant bool

@description('Resource id of the identity of the app.')
param identityId string

@description('Client id of the identity of the app.')
param identityClientId string

@description('Resource id of the subnet that calls go out by; empty for none.')
param subnetId string

@description('IPv4 ranges (CIDR) that may call the app; empty for all.')
param allowedCallers array

@description('Address of the container that packages are deployed to.')
param packageContainerUrl string

@description('Name of the storage account of the host.')
param hostStorageName string

@description('Addresses of the storage of the host: { blob, queue, table }.')
param hostStorageEndpoints object

@description('Name of the Application Insights component.')
param applicationInsightsName string

@description('Settings of the app besides those of its host: addresses, and references to secrets, but no secret.')
param settings object

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    tier: 'FlexConsumption'
    name: 'FC1'
  }
  properties: {
    reserved: true
    zoneRedundant: zoneRedundant
  }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: appName
  location: location
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainerUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: {
        name: 'node'
        version: nodeVersion
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMegabytes
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReady
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      http20Enabled: true
      ipSecurityRestrictionsDefaultAction: empty(allowedCallers) ? 'Allow' : 'Deny'
      ipSecurityRestrictions: [
        for (callers, i) in allowedCallers: {
          name: 'caller-${i}'
          action: 'Allow'
          ipAddress: callers
          priority: 100 + i
        }
      ]
    }
  }
}

// The two ways of deploying by password. One after another, and settings after both: a site takes one change at a time.
resource noFtpPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'ftp'
  properties: {
    allow: false
  }
}

resource noDeploymentPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'scm'
  properties: {
    allow: false
  }
  dependsOn: [noFtpPassword]
}

// By name and by service: of addresses alone the host cannot always make a client when it starts (azure-functions-host issue
// 11787), and the action that deploys from GitHub looks for the name; with one address Durable Functions asks for all three.
var hostSettings = {
  AzureWebJobsStorage__accountName: hostStorageName
  AzureWebJobsStorage__blobServiceUri: hostStorageEndpoints.blob
  AzureWebJobsStorage__queueServiceUri: hostStorageEndpoints.queue
  AzureWebJobsStorage__tableServiceUri: hostStorageEndpoints.table
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsights.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  // Which of its identities the code takes where it opens a connection by itself (DefaultAzureCredential).
  AZURE_CLIENT_ID: identityClientId
}

resource appSettings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: app
  name: 'appsettings'
  properties: union(hostSettings, settings)
  dependsOn: [noDeploymentPassword]
}

@description('Name of the app.')
output name string = app.name

@description('Address of the app.')
output uri string = 'https://${app.properties.defaultHostName}'
