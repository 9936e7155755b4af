// 400 events a second, in several availability zones, reached by private endpoints, with a VPN to the WMS's SQL Server.
// docs/operations/scale.md tells what to raise for more.
using '../main.bicep'

param environmentName = 'prod'
param tags = {
  owner: readEnvironmentVariable('STOCKBRIDGE_OWNER', 'stockbridge')
}
param eventsPerSecond = 400
param zoneRedundant = true

// Two of each: one in another zone is there when one is lost. Reads, events and orders never wait for a cold start.
param alwaysReady = [
  {
    name: 'http'
    instanceCount: 2
  }
  {
    name: 'durable'
    instanceCount: 2
  }
  {
    name: 'function:inventory-events'
    instanceCount: 2
  }
  {
    name: 'function:journal'
    instanceCount: 2
  }
  {
    name: 'function:allocation-decisions'
    instanceCount: 2
  }
]
// Of the app's package too: DURABLE_BACKEND=durableTaskScheduler npm run package.
param durableBackend = any(readEnvironmentVariable('DURABLE_BACKEND', 'azureStorage'))

param serviceBusSkuName = 'Premium'
param messagingUnits = 1
// What adapters call from; without it they need a way to the private endpoint (adapterAddressPrefixes, the VPN, a DNS forwarder).
param serviceBusAllowedAddresses = empty(readEnvironmentVariable('ADAPTER_ADDRESSES', '')) ? [] : split(readEnvironmentVariable('ADAPTER_ADDRESSES', ''), ',')

param cosmosMaxThroughput = {
  stock: 12000
  orders: 1000
}
// Without it orders and promises are lost with the region, their backups too.
param cosmosSecondaryLocation = readEnvironmentVariable('SECONDARY_LOCATION', '')
// Only after a restore from its backup (docs/operations/restore-cosmos.md).
param cosmosAccountName = readEnvironmentVariable('COSMOS_ACCOUNT', '')
param cosmosBackupTier = 'Continuous30Days'
param geoRedundantJournal = true

param adapters = [
  {
    name: 'wms'
    warehouses: []
    principalId: readEnvironmentVariable('ADAPTER_PRINCIPAL_ID', '')
    issuer: ''
    subject: ''
  }
]
param operatorsGroupId = readEnvironmentVariable('OPERATORS_GROUP_ID', '')
param signInClientId = readEnvironmentVariable('SIGN_IN_CLIENT_ID', '')

param vnetEnabled = true
// any(): one of the allowed values, which the compiler cannot see.
param wmsSqlLogin = any(readEnvironmentVariable('WMS_SQL_LOGIN', 'none'))
param wmsSqlServer = readEnvironmentVariable('WMS_SQL_SERVER', '')
param wmsConnection = 'vpn'
param wmsAddressPrefixes = split(readEnvironmentVariable('WMS_ADDRESS_PREFIXES'), ',')
param vpnDeviceAddress = readEnvironmentVariable('VPN_DEVICE_ADDRESS')
param vpnSharedKey = readEnvironmentVariable('VPN_SHARED_KEY')

param logRetentionDays = 90
param traceShare = '0.1'
param adapterTelemetry = true
param monthlyBudget = 4000
param budgetStartDate = readEnvironmentVariable('BUDGET_START_DATE', '2026-12-01')
param alertEmailAddresses = split(readEnvironmentVariable('ALERT_EMAIL'), ',')
