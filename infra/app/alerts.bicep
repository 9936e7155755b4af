metadata description = 'The alerts of infra/monitoring/alerts.json, and who hears of them. The runbook of each is the heading of its name.'

@description('Azure region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Beginning of the names of alerts and action group.')
param namePrefix string

@description('Addresses that are mailed to. Without any, alerts show in the portal only.')
param emailAddresses array

@description('Page of the runbooks.')
param runbookUrl string

@description('Resource id of the Log Analytics workspace.')
param workspaceId string

@description('Resource ids of what metrics are watched of: { serviceBus, cosmos, dataStorage, hostStorage }.')
param targetIds object

@description('Events per second that are expected at most.')
@minValue(1)
param eventsPerSecond int

@description('Gigabytes that the largest topics may hold.')
param gigabytesOfEntity int

@description('What there is to be watched: { wms, webhook, premium, provisioned, adapterTelemetry }, each true or false. An alert is made only where there is what it needs.')
param present object

// any(): as in messaging.bicep.
var definition = any(loadJsonContent('../monitoring/alerts.json'))
var conditions = union(present, { always: true })
var logAlerts = filter(definition.logAlerts, alert => conditions[alert.needs])
var metricAlerts = filter(definition.metricAlerts, alert => conditions[alert.needs])

// What a threshold is multiplied with.
var factors = {
  one: 1
  eventsPerSecond: eventsPerSecond
  gigabytesOfEntity: gigabytesOfEntity
}

var metricNamespaces = {
  serviceBus: 'Microsoft.ServiceBus/namespaces'
  cosmos: 'Microsoft.DocumentDB/databaseAccounts'
  dataStorage: 'Microsoft.Storage/storageAccounts'
  hostStorage: 'Microsoft.Storage/storageAccounts'
}

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: '${namePrefix}operators'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'stockbridge'
    enabled: true
    emailReceivers: [
      for address in emailAddresses: {
        name: address
        emailAddress: address
        useCommonAlertSchema: true
      }
    ]
  }
}

resource logRules 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for alert in logAlerts: {
    name: '${namePrefix}${alert.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: '${namePrefix}${alert.name}'
      description: '${alert.summary} Runbook: ${runbookUrl}#${alert.name}'
      severity: alert.severity
      enabled: true
      scopes: [workspaceId]
      windowSize: alert.windowSize
      evaluationFrequency: alert.evaluationFrequency
      // Tables that nothing was written to yet do not exist.
      skipQueryValidation: true
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: join(alert.query, '\n')
            timeAggregation: alert.timeAggregation
            metricMeasureColumn: empty(alert.metricMeasureColumn) ? null : alert.metricMeasureColumn
            dimensions: map(alert.dimensions, name => {
              name: name
              operator: 'Include'
              values: ['*']
            })
            operator: alert.operator
            threshold: alert.threshold
            failingPeriods: {
              numberOfEvaluationPeriods: alert.numberOfEvaluationPeriods
              minFailingPeriodsToAlert: alert.minFailingPeriodsToAlert
            }
          }
        ]
      }
      actions: {
        actionGroups: [actionGroup.id]
        customProperties: {
          runbook: '${runbookUrl}#${alert.name}'
        }
      }
    }
  }
]

resource metricRules 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for alert in metricAlerts: {
    name: '${namePrefix}${alert.name}'
    location: 'global'
    tags: tags
    properties: {
      description: '${alert.summary} Runbook: ${runbookUrl}#${alert.name}'
      severity: alert.severity
      enabled: true
      scopes: [string(targetIds[alert.target])]
      windowSize: alert.windowSize
      evaluationFrequency: alert.evaluationFrequency
      autoMitigate: true
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: alert.name
            metricNamespace: metricNamespaces[alert.target]
            metricName: alert.metricName
            timeAggregation: alert.timeAggregation
            operator: alert.operator
            threshold: alert.threshold * factors[alert.per]
            dimensions: alert.dimensions
          }
        ]
      }
      actions: [
        {
          actionGroupId: actionGroup.id
          webHookProperties: {
            runbook: '${runbookUrl}#${alert.name}'
          }
        }
      ]
    }
  }
]

@description('Resource id of the action group.')
output actionGroupId string = actionGroup.id
