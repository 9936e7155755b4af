// For developers: paid by use, no network of its own, nothing that runs at night.
using '../main.bicep'

param environmentName = 'dev'
param tags = {
  owner: readEnvironmentVariable('STOCKBRIDGE_OWNER', 'stockbridge')
}
param warehouses = ['WH-001', 'WH-002']
param eventsPerSecond = 10

param instanceMemoryMegabytes = 512
param nodeArguments = '--max-semi-space-size=16 --heap-growing-percent=20'
param maximumInstanceCount = 5
// Of the app's package too: DURABLE_BACKEND=durableTaskScheduler npm run package.
param durableBackend = any(readEnvironmentVariable('DURABLE_BACKEND', 'azureStorage'))

param cosmosCapacityMode = 'serverless'
// Only after a restore from its backup (docs/operations/restore-cosmos.md).
param cosmosAccountName = readEnvironmentVariable('COSMOS_ACCOUNT', '')
param logDailyQuotaGigabytes = 1
param traceShare = '1'

param operatorsGroupId = readEnvironmentVariable('OPERATORS_GROUP_ID', '')
param signInClientId = readEnvironmentVariable('SIGN_IN_CLIENT_ID', '')
param monthlyBudget = 100
param budgetStartDate = readEnvironmentVariable('BUDGET_START_DATE', '2026-12-01')
param alertEmailAddresses = []
