metadata description = 'Stockbridge in Azure: everything of one environment, in one resource group. azd up, or az deployment group create.'

targetScope = 'resourceGroup'

// Environment

@description('Name of the environment, such as dev, test or prod: letters, digits and hyphens, part of the names of resources.')
@minLength(2)
@maxLength(16)
param environmentName string

@description('Azure region of all resources.')
param location string = resourceGroup().location

@description('Tags of every resource, besides azd-env-name and application: an owner and a cost centre, say.')
param tags object = {}

@description('Ids of the warehouses that this installation serves.')
@minLength(1)
@maxLength(50)
param warehouses array = ['WH-001', 'WH-002', 'WH-003', 'WH-004', 'WH-005', 'WH-006', 'WH-007', 'WH-008']

@description('Events per second that are expected at most. Only alerts go by it; docs/operations tells what else to raise.')
@minValue(1)
param eventsPerSecond int = 400

@description('Whether resources are spread over availability zones: decided at the first deployment. The region has to have them; functions then need two always-ready instances of each name.')
param zoneRedundant bool = false

// Functions

@description('Version of Node.js. 22 is generally available on Flex Consumption; the code runs on 24 too.')
@allowed(['22', '24'])
param nodeVersion string = '22'

@description('Memory of an instance. Megabytes.')
@allowed([512, 2048, 4096])
param instanceMemoryMegabytes int = 2048

@description('Most instances of each group that scales by itself: http, durable, and each function of Service Bus; no fewer than are always ready.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 100

@description('Instances that are always there: { name, instanceCount }; name is http, durable or function:NAME. Without them the first event of a quiet hour waits for a cold start.')
param alwaysReady array = []

@description('Arguments of the Node.js worker, as docs/operations/settings.md tells for small instances; empty for none.')
param nodeArguments string = ''

@description('IPv4 ranges (CIDR) that may call the API; empty for all.')
param allowedCallers array = []

@description('Backend of Durable Functions: the storage of the host, or the Durable Task Scheduler for high rates. The app has to be packaged for it (DURABLE_BACKEND).')
@allowed(['azureStorage', 'durableTaskScheduler'])
param durableBackend string = 'azureStorage'

@description('Price of the scheduler. Consumption: 500 actions a second at most. Dedicated: 2,000 a second for each capacity unit.')
@allowed(['Consumption', 'Dedicated'])
param durableSkuName string = 'Consumption'

@description('Capacity units of a Dedicated scheduler; three are spread over availability zones.')
@minValue(1)
@maxValue(3)
param durableCapacityUnits int = 1

// Service Bus, Cosmos DB, Storage

@description('Standard shares its machines and has no private endpoints; Premium has messaging units of its own.')
@allowed(['Standard', 'Premium'])
param serviceBusSkuName string = 'Standard'

@description('Messaging units of Premium.')
@allowed([1, 2, 4, 8, 16])
param messagingUnits int = 1

@description('Region that Premium keeps a copy of namespace and messages in; empty for none.')
param serviceBusReplicaLocation string = ''

@description('IPv4 addresses or ranges (CIDR) from which a private namespace is reached all the same, such as those that adapters call from.')
param serviceBusAllowedAddresses array = []

@description('autoscale: each container has request units of its own. serverless: paid by request, for little traffic, one region.')
@allowed(['autoscale', 'serverless'])
param cosmosCapacityMode string = 'autoscale'

@description('Most request units per second of each container in autoscale, in steps of 1,000.')
param cosmosMaxThroughput object = {
  stock: 12000
  orders: 1000
}

@description('Region of a second copy of Cosmos DB and of its backups; empty for none. Orders do not outlive the loss of a region without it.')
param cosmosSecondaryLocation string = ''

@description('Name of the Cosmos DB account, where it is one that was restored from a backup (docs/operations/restore-cosmos.md); empty for its own.')
@maxLength(44)
param cosmosAccountName string = ''

@description('How far back Cosmos DB can be restored to any second.')
@allowed(['Continuous7Days', 'Continuous30Days'])
param cosmosBackupTier string = 'Continuous7Days'

@description('Whether a copy of journal and quarantine lies in the paired region.')
param geoRedundantJournal bool = false

// Who

@description('The adapters on premises: { name, warehouses, principalId, issuer, subject }. warehouses: those it serves, [] for all. principalId: object id of the service principal (certificate) or Arc machine that it signs in as; with an empty one an identity is made here, which trusts the tokens of issuer for subject (workload identity), or nobody yet when these are empty.')
param adapters array = [
  {
    name: 'wms'
    warehouses: []
    principalId: ''
    issuer: ''
    subject: ''
  }
]

@description('Other systems that receive from Service Bus: { topic, subscription, principalId }, such as an OMS on atp-changes/oms.')
param subscribers array = []

@description('Object id of the Entra ID group of operators, whose command line compares positions with the journal and repairs both (npx stockbridge rebuild); empty for none.')
param operatorsGroupId string = ''

@description('Client id of the app registration that people sign in with (docs/access.md); empty for no sign-in, so that programs with a function key are the only callers.')
param signInClientId string = ''

// The WMS

@description('How the reconciliation signs in to the WMS’s SQL Server. none: there is no reconciliation. managedIdentity: as the app (Azure SQL, or SQL Server 2022 with Entra ID). keyVault: by a whole connection string in the secret wms-sql-connection, which has to be there first.')
@allowed(['none', 'managedIdentity', 'keyVault'])
param wmsSqlLogin string = 'none'

@description('Host of the WMS’s SQL Server; not with keyVault.')
param wmsSqlServer string = ''

@description('Database of the WMS on that server; not with keyVault.')
param wmsSqlDatabase string = 'stockbridge'

@description('TCP port of that server, in either case.')
@minValue(1)
@maxValue(65535)
param wmsSqlPort int = 1433

@description('How the virtual network is connected with the WMS: none, vpn or expressRoute. Needs vnetEnabled.')
@allowed(['none', 'vpn', 'expressRoute'])
param wmsConnection string = 'none'

@description('Ranges (CIDR) on premises in which the WMS’s SQL Server lies.')
param wmsAddressPrefixes array = []

@description('Size of the gateway.')
@allowed(['VpnGw1AZ', 'VpnGw2AZ', 'VpnGw3AZ', 'ErGw1AZ', 'ErGw2AZ', 'ErGw3AZ'])
param gatewaySku string = 'VpnGw1AZ'

@description('Public IPv4 address of the VPN device on premises.')
param vpnDeviceAddress string = ''

@description('Key that both ends of the VPN share.')
@secure()
param vpnSharedKey string = ''

@description('Resource id of an existing ExpressRoute circuit.')
param expressRouteCircuitId string = ''

@description('Authorization key of a circuit in another subscription; empty for one in this.')
@secure()
param expressRouteAuthorizationKey string = ''

// Network

@description('Whether the app calls out by a virtual network, and storage, Cosmos DB, Key Vault, the scheduler and Service Bus (Premium) are reached by private endpoints only.')
param vnetEnabled bool = false

@description('Range of the virtual network (CIDR), /24 or larger.')
param vnetAddressPrefix string = '10.80.0.0/24'

@description('DNS servers that know the names on premises; empty for Azure’s own.')
param dnsServers array = []

@description('Ranges (CIDR) on premises from which adapters reach private endpoints; empty where they call the public address.')
param adapterAddressPrefixes array = []

@description('Resource id of the resource group that has private DNS zones already, in a hub; empty to make them here.')
param privateDnsZonesGroupId string = ''

// How the app works

@description('How long an event may take before it counts as lost. Seconds.')
@minValue(1)
@maxValue(600)
param reconciliationGraceSeconds int = 30

@description('Hours after which an investigation that nobody moves on is reminded of; 0: never.')
@minValue(0)
param investigationRemindHours int = 24

@description('Hours after which it is escalated; 0: never.')
@minValue(0)
param investigationEscalateHours int = 72

@description('Address (https) that is told of every step of investigations; empty for none; keyVault where it holds a token, and is the secret investigation-webhook-url.')
param investigationWebhookUrl string = ''

@description('Whether what is sent there is signed with the secret investigation-webhook-secret of the vault.')
param investigationWebhookSigned bool = false

// Watching

@description('Days that logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Gigabytes a day after which logs are dropped until the next day; 0 for no limit.')
@minValue(0)
param logDailyQuotaGigabytes int = 0

@description('Share of the traces that is kept, 0 to 1: every event is a span.')
param traceShare string = '0.1'

@description('Milliseconds between exports of metrics.')
@minValue(10000)
param metricIntervalMilliseconds int = 60000

@description('Addresses that alerts and the budget are mailed to.')
param alertEmailAddresses array = []

@description('Page of the runbooks, one heading for each alert.')
param runbookUrl string = 'docs/operations/alerts.md'

@description('Whether adapters send telemetry, so that silence is an alert.')
param adapterTelemetry bool = false

@description('Budget a month in the currency of the subscription; 0 for none.')
@minValue(0)
param monthlyBudget int = 0

@description('First day of the month that the budget began with, yyyy-MM-01. Keep it once it is made.')
param budgetStartDate string = '${utcNow('yyyy-MM')}-01'

// Names

var token = toLower(uniqueString(resourceGroup().id, environmentName))
var base = toLower('stockbridge-${environmentName}')
var allTags = union(tags, {
  'azd-env-name': environmentName
  application: 'stockbridge'
})

var isPremiumBus = serviceBusSkuName == 'Premium'
var usesScheduler = durableBackend == 'durableTaskScheduler'
// Standard has no private endpoints.
var isPrivateBus = vnetEnabled && isPremiumBus
var hasWms = wmsSqlLogin != 'none'
var hasGateway = vnetEnabled && wmsConnection != 'none'

// Resources

module identities 'app/identities.bicep' = {
  name: 'identities'
  params: {
    location: location
    tags: allTags
    functionsIdentityName: 'id-${base}-functions'
    adapterIdentityPrefix: 'id-${base}-adapter-'
    adapters: adapters
  }
}

module monitoring 'app/monitoring.bicep' = {
  name: 'monitoring'
  params: {
    location: location
    tags: allTags
    workspaceName: 'log-${base}'
    componentName: 'appi-${base}'
    retentionDays: logRetentionDays
    dailyQuotaGigabytes: logDailyQuotaGigabytes
    functionsPrincipalId: identities.outputs.functionsPrincipalId
    adapters: identities.outputs.adapters
  }
}

module messaging 'app/messaging.bicep' = {
  name: 'messaging'
  params: {
    location: location
    tags: allTags
    namespaceName: 'sb-${base}-${token}'
    skuName: serviceBusSkuName
    messagingUnits: messagingUnits
    replicaLocation: serviceBusReplicaLocation
    warehouses: warehouses
    isPrivate: isPrivateBus
    allowedAddresses: serviceBusAllowedAddresses
    workspaceId: monitoring.outputs.workspaceId
  }
}

module messagingRoles 'app/messaging-roles.bicep' = {
  name: 'messaging-roles'
  params: {
    namespaceName: messaging.outputs.name
    functionsPrincipalId: identities.outputs.functionsPrincipalId
    adapters: identities.outputs.adapters
    warehouses: warehouses
    subscribers: subscribers
    operatorsGroupId: operatorsGroupId
  }
}

module data 'app/data.bicep' = {
  name: 'data'
  params: {
    location: location
    tags: allTags
    // At most 44 characters.
    accountName: empty(cosmosAccountName) ? 'cosmos-${toLower(environmentName)}-${token}' : cosmosAccountName
    capacityMode: cosmosCapacityMode
    maxThroughput: cosmosMaxThroughput
    secondaryLocation: cosmosSecondaryLocation
    zoneRedundant: zoneRedundant
    backupTier: cosmosBackupTier
    isPrivate: vnetEnabled
    functionsPrincipalId: identities.outputs.functionsPrincipalId
    operatorsGroupId: operatorsGroupId
    workspaceId: monitoring.outputs.workspaceId
  }
}

// Two accounts, so that the task hub and the journal do not slow each other.
module hostAccount 'app/storage-account.bicep' = {
  name: 'host-account'
  params: {
    location: location
    tags: allTags
    accountName: 'sthost${token}'
    skuName: zoneRedundant ? 'Standard_ZRS' : 'Standard_LRS'
    isPrivate: vnetEnabled
  }
}

module hostStorage 'app/host-storage.bicep' = {
  name: 'host-storage'
  params: {
    accountName: hostAccount.outputs.name
    packageContainerName: 'app-package'
    functionsPrincipalId: identities.outputs.functionsPrincipalId
  }
}

module dataAccount 'app/storage-account.bicep' = {
  name: 'data-account'
  params: {
    location: location
    tags: allTags
    accountName: 'stdata${token}'
    skuName: geoRedundantJournal ? 'Standard_GZRS' : (zoneRedundant ? 'Standard_ZRS' : 'Standard_LRS')
    isPrivate: vnetEnabled
  }
}

module dataStorage 'app/data-storage.bicep' = {
  name: 'data-storage'
  params: {
    accountName: dataAccount.outputs.name
    functionsPrincipalId: identities.outputs.functionsPrincipalId
    operatorsGroupId: operatorsGroupId
  }
}

module vault 'app/vault.bicep' = {
  name: 'vault'
  params: {
    location: location
    tags: allTags
    vaultName: 'kv-${token}'
    isPrivate: vnetEnabled
    functionsPrincipalId: identities.outputs.functionsPrincipalId
    workspaceId: monitoring.outputs.workspaceId
  }
}

module durable 'app/durable.bicep' = if (usesScheduler) {
  name: 'durable'
  params: {
    location: location
    tags: allTags
    schedulerName: 'dts-${base}-${token}'
    taskHubName: 'stockbridge'
    skuName: durableSkuName
    capacityUnits: durableCapacityUnits
    isPrivate: vnetEnabled
    // The app itself purges what ended a day ago.
    retentionDays: 7
    functionsPrincipalId: identities.outputs.functionsPrincipalId
  }
}

module network 'app/network.bicep' = if (vnetEnabled) {
  name: 'network'
  params: {
    location: location
    tags: allTags
    networkName: 'vnet-${base}'
    addressPrefix: vnetAddressPrefix
    dnsServers: dnsServers
    wmsAddressPrefixes: wmsAddressPrefixes
    wmsSqlPort: wmsSqlPort
    adapterAddressPrefixes: adapterAddressPrefixes
    hasGateway: hasGateway
  }
}

module wmsPath 'app/wms-path.bicep' = if (hasGateway) {
  name: 'wms-path'
  params: {
    location: location
    tags: allTags
    namePrefix: 'wms-${base}-'
    networkId: vnetEnabled ? network.outputs.id : ''
    connectionKind: wmsConnection == 'expressRoute' ? 'expressRoute' : 'vpn'
    gatewaySku: gatewaySku
    zoneRedundant: zoneRedundant
    vpnDeviceAddress: vpnDeviceAddress
    wmsAddressPrefixes: wmsAddressPrefixes
    vpnSharedKey: vpnSharedKey
    expressRouteCircuitId: expressRouteCircuitId
    expressRouteAuthorizationKey: expressRouteAuthorizationKey
  }
}

// Private endpoints

var zones = {
  blob: 'privatelink.blob.${environment().suffixes.storage}'
  queue: 'privatelink.queue.${environment().suffixes.storage}'
  table: 'privatelink.table.${environment().suffixes.storage}'
  cosmos: 'privatelink.documents.azure.com'
  vault: 'privatelink.vaultcore.azure.net'
  serviceBus: 'privatelink.servicebus.windows.net'
  durable: 'privatelink.durabletask.io'
}

var storageEndpoints = [
  {
    name: 'pe-${base}-host-blob'
    resourceId: hostAccount.outputs.id
    groupId: 'blob'
    zone: zones.blob
  }
  {
    name: 'pe-${base}-host-queue'
    resourceId: hostAccount.outputs.id
    groupId: 'queue'
    zone: zones.queue
  }
  {
    name: 'pe-${base}-host-table'
    resourceId: hostAccount.outputs.id
    groupId: 'table'
    zone: zones.table
  }
  {
    name: 'pe-${base}-data-blob'
    resourceId: dataAccount.outputs.id
    groupId: 'blob'
    zone: zones.blob
  }
  {
    name: 'pe-${base}-data-table'
    resourceId: dataAccount.outputs.id
    groupId: 'table'
    zone: zones.table
  }
]

var dataEndpoints = [
  {
    name: 'pe-${base}-cosmos'
    resourceId: data.outputs.id
    groupId: 'Sql'
    zone: zones.cosmos
  }
  {
    name: 'pe-${base}-vault'
    resourceId: vault.outputs.id
    groupId: 'vault'
    zone: zones.vault
  }
]

var busEndpoints = isPrivateBus
  ? [
      {
        name: 'pe-${base}-bus'
        resourceId: messaging.outputs.id
        groupId: 'namespace'
        zone: zones.serviceBus
      }
    ]
  : []

var durableEndpoints = usesScheduler
  ? [
      {
        name: 'pe-${base}-durable'
        resourceId: durable.outputs.id
        groupId: 'scheduler'
        zone: zones.durable
      }
    ]
  : []

module privateDns 'app/private-dns.bicep' = if (vnetEnabled && empty(privateDnsZonesGroupId)) {
  name: 'private-dns'
  params: {
    tags: allTags
    zoneNames: map(items(zones), zone => zone.value)
    networkName: 'vnet-${base}'
    networkId: vnetEnabled ? network.outputs.id : ''
  }
}

module privateEndpoints 'app/private-endpoints.bicep' = if (vnetEnabled) {
  name: 'private-endpoints'
  params: {
    location: location
    tags: allTags
    subnetId: vnetEnabled ? network.outputs.endpointsSubnetId : ''
    endpoints: concat(storageEndpoints, dataEndpoints, busEndpoints, durableEndpoints)
    zonesGroupId: empty(privateDnsZonesGroupId) ? resourceGroup().id : privateDnsZonesGroupId
  }
  dependsOn: [privateDns]
}

// The app

var clientId = identities.outputs.functionsClientId

var connectionSettings = {
  ServiceBusConnection__fullyQualifiedNamespace: messaging.outputs.fullyQualifiedNamespace
  ServiceBusConnection__credential: 'managedidentity'
  ServiceBusConnection__clientId: clientId
  CosmosConnection__accountEndpoint: data.outputs.endpoint
  StorageConnection__tableServiceUri: dataAccount.outputs.endpoints.table
  StorageConnection__blobServiceUri: dataAccount.outputs.endpoints.blob
}

var productSettings = {
  STOCKBRIDGE_WAREHOUSES: join(warehouses, ',')
  STOCKBRIDGE_RECONCILIATION_GRACE_SECONDS: string(reconciliationGraceSeconds)
  STOCKBRIDGE_INVESTIGATION_REMIND_HOURS: string(investigationRemindHours)
  STOCKBRIDGE_INVESTIGATION_ESCALATE_HOURS: string(investigationEscalateHours)
  OTEL_TRACES_SAMPLER: 'traceidratio'
  OTEL_TRACES_SAMPLER_ARG: traceShare
  OTEL_METRIC_EXPORT_INTERVAL: string(metricIntervalMilliseconds)
}

var wmsSettings = {
  none: {}
  managedIdentity: {
    WmsSqlConnection: 'Server=${wmsSqlServer},${wmsSqlPort};Database=${wmsSqlDatabase};Authentication=Active Directory Managed Identity;User Id=${clientId};Encrypt=Mandatory'
  }
  keyVault: {
    WmsSqlConnection: '@Microsoft.KeyVault(SecretUri=${vault.outputs.uri}secrets/wms-sql-connection)'
  }
}

var webhookSettings = empty(investigationWebhookUrl)
  ? {}
  : {
      STOCKBRIDGE_INVESTIGATION_WEBHOOK_URL: investigationWebhookUrl == 'keyVault'
        ? '@Microsoft.KeyVault(SecretUri=${vault.outputs.uri}secrets/investigation-webhook-url)'
        : investigationWebhookUrl
    }

var webhookSecretSettings = investigationWebhookSigned
  ? {
      STOCKBRIDGE_INVESTIGATION_WEBHOOK_SECRET: '@Microsoft.KeyVault(SecretUri=${vault.outputs.uri}secrets/investigation-webhook-secret)'
    }
  : {}

// That there is a scheduler says host.json of the package (DURABLE_BACKEND=durableTaskScheduler npm run package): a setting
// would tell it to the host, but not to what scales the app.
var durableSettings = usesScheduler
  ? {
      DURABLE_TASK_SCHEDULER_CONNECTION_STRING: 'Endpoint=${durable.outputs.endpoint};TaskHub=${durable.outputs.taskHubName};Authentication=ManagedIdentity;ClientID=${clientId}'
    }
  : {}

var signInSettings = empty(signInClientId)
  ? {}
  : {
      OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID: clientId
      WEBSITE_AUTH_AAD_ALLOWED_TENANTS: tenant().tenantId
    }

var workerSettings = empty(nodeArguments)
  ? {}
  : {
      languageWorkers__node__arguments: nodeArguments
    }

module functions 'app/functions.bicep' = {
  name: 'functions'
  params: {
    location: location
    tags: allTags
    planName: 'plan-${base}'
    appName: 'func-${base}-${token}'
    nodeVersion: nodeVersion
    instanceMemoryMegabytes: instanceMemoryMegabytes
    maximumInstanceCount: maximumInstanceCount
    alwaysReady: alwaysReady
    zoneRedundant: zoneRedundant
    identityId: identities.outputs.functionsIdentityId
    identityClientId: clientId
    subnetId: vnetEnabled ? network.outputs.functionsSubnetId : ''
    allowedCallers: allowedCallers
    packageContainerUrl: hostStorage.outputs.packageContainerUrl
    hostStorageName: hostAccount.outputs.name
    hostStorageEndpoints: hostAccount.outputs.endpoints
    applicationInsightsName: monitoring.outputs.componentName
    settings: union(
      connectionSettings,
      productSettings,
      wmsSettings[wmsSqlLogin],
      webhookSettings,
      webhookSecretSettings,
      durableSettings,
      signInSettings,
      workerSettings
    )
  }
  // The app starts with the rights, tables and names that it needs.
  dependsOn: [messagingRoles, dataStorage, privateEndpoints]
}

module signIn 'app/sign-in.bicep' = if (!empty(signInClientId)) {
  name: 'sign-in'
  params: {
    appName: functions.outputs.name
    clientId: signInClientId
  }
}

// Watching

module alerts 'app/alerts.bicep' = {
  name: 'alerts'
  params: {
    location: location
    tags: allTags
    namePrefix: '${base}-'
    emailAddresses: alertEmailAddresses
    runbookUrl: runbookUrl
    workspaceId: monitoring.outputs.workspaceId
    targetIds: {
      serviceBus: messaging.outputs.id
      cosmos: data.outputs.id
      dataStorage: dataAccount.outputs.id
      hostStorage: hostAccount.outputs.id
    }
    eventsPerSecond: eventsPerSecond
    gigabytesOfEntity: isPremiumBus ? 80 : 5
    present: {
      wms: hasWms
      webhook: !empty(investigationWebhookUrl)
      premium: isPremiumBus
      provisioned: cosmosCapacityMode == 'autoscale'
      adapterTelemetry: adapterTelemetry
    }
  }
}

module workbook 'app/workbook.bicep' = {
  name: 'workbook'
  params: {
    location: location
    tags: allTags
    displayName: 'Stockbridge ${environmentName}'
    workspaceId: monitoring.outputs.workspaceId
    componentId: monitoring.outputs.componentId
    serviceBusId: messaging.outputs.id
    cosmosId: data.outputs.id
  }
}

module budget 'app/budget.bicep' = if (monthlyBudget > 0) {
  name: 'budget'
  params: {
    budgetName: 'budget-${base}'
    amount: max(monthlyBudget, 1)
    startDate: budgetStartDate
    emailAddresses: alertEmailAddresses
    actionGroupId: alerts.outputs.actionGroupId
  }
}

// For azd, pipelines and people; none is a secret

@description('Region.')
output AZURE_LOCATION string = location

@description('Tenant.')
output AZURE_TENANT_ID string = tenant().tenantId

@description('Resource group.')
output AZURE_RESOURCE_GROUP string = resourceGroup().name

@description('Name of the functions app.')
output AZURE_FUNCTION_NAME string = functions.outputs.name

@description('Name of the functions app, as azd calls its service.')
output SERVICE_API_NAME string = functions.outputs.name

@description('Address of the functions app.')
output SERVICE_API_URI string = functions.outputs.uri

@description('Addresses of the functions app.')
output SERVICE_API_ENDPOINTS array = [functions.outputs.uri]

@description('Client id of the identity of the functions app, for the login in the WMS’s database and the app registration.')
output FUNCTIONS_CLIENT_ID string = identities.outputs.functionsClientId

@description('Object id of the identity of the functions app.')
output FUNCTIONS_PRINCIPAL_ID string = identities.outputs.functionsPrincipalId

@description('Adapters, with the client ids that they sign in with.')
output ADAPTERS array = identities.outputs.adapters

@description('Host of Service Bus: ServiceBusConnection__fullyQualifiedNamespace of the adapters.')
output SERVICE_BUS_NAMESPACE string = messaging.outputs.fullyQualifiedNamespace

@description('Address of Cosmos DB.')
output COSMOS_ENDPOINT string = data.outputs.endpoint

@description('Name of the storage account of journal and quarantine.')
output DATA_STORAGE_NAME string = dataAccount.outputs.name

@description('Name of the vault that secrets go into.')
output KEY_VAULT_NAME string = vault.outputs.name

@description('Name of Application Insights.')
output APPLICATION_INSIGHTS_NAME string = monitoring.outputs.componentName

@description('Address that calls of the app to the internet come from; empty without a virtual network.')
output OUTGOING_ADDRESS string = vnetEnabled ? network.outputs.outgoingAddress : ''

@description('Address of the gateway that the VPN device connects to; empty without one.')
output GATEWAY_ADDRESS string = hasGateway ? wmsPath.outputs.gatewayAddress : ''
