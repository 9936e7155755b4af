// For acceptance tests and load: sized as a small production, without its network and its redundancy.
using '../main.bicep'

param environmentName = 'test'
param tags = {
  owner: readEnvironmentVariable('STOCKBRIDGE_OWNER', 'stockbridge')
}
param eventsPerSecond = 100

param alwaysReady = [
  {
    name: 'function:inventory-events'
    instanceCount: 1
  }
]
// Of the app's package too: DURABLE_BACKEND=durableTaskScheduler npm run package.
param durableBackend = any(readEnvironmentVariable('DURABLE_BACKEND', 'azureStorage'))

param cosmosMaxThroughput = {
  stock: 4000
  orders: 1000
}
// Only after a restore from its backup (docs/operations/restore-cosmos.md).
param cosmosAccountName = readEnvironmentVariable('COSMOS_ACCOUNT', '')
param traceShare = '0.1'

param operatorsGroupId = readEnvironmentVariable('OPERATORS_GROUP_ID', '')
param signInClientId = readEnvironmentVariable('SIGN_IN_CLIENT_ID', '')
// any(): one of the allowed values, which the compiler cannot see.
param wmsSqlLogin = any(readEnvironmentVariable('WMS_SQL_LOGIN', 'none'))
param wmsSqlServer = readEnvironmentVariable('WMS_SQL_SERVER', '')
param adapterTelemetry = true
param monthlyBudget = 800
param budgetStartDate = readEnvironmentVariable('BUDGET_START_DATE', '2026-12-01')
param alertEmailAddresses = empty(readEnvironmentVariable('ALERT_EMAIL', '')) ? [] : [readEnvironmentVariable('ALERT_EMAIL', '')]
