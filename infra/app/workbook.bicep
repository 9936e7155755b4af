metadata description = 'The workbook of infra/monitoring/workbook.json: the figures of the console, over any time.'

@description('Azure region.')
param location string

@description('Tags of every resource.')
param tags object

@description('What the workbook is listed as.')
param displayName string

@description('Resource id of the Log Analytics workspace.')
param workspaceId string

@description('Resource id of the Application Insights component that lists the workbook.')
param componentId string

@description('Resource id of the Service Bus namespace.')
param serviceBusId string

@description('Resource id of the Cosmos DB account.')
param cosmosId string

var template = loadTextContent('../monitoring/workbook.json')
var withWorkspace = replace(template, '__WORKSPACE_ID__', workspaceId)
var withServiceBus = replace(withWorkspace, '__SERVICE_BUS_ID__', serviceBusId)

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  // A workbook is named by a GUID: the same one each time, so that a deployment changes it rather than add another.
  name: guid(resourceGroup().id, 'stockbridge-workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: displayName
    category: 'workbook'
    sourceId: componentId
    serializedData: replace(withServiceBus, '__COSMOS_ID__', cosmosId)
    version: '1.0'
  }
}
