metadata description = 'Private endpoints, each with its name in a private DNS zone.'

@description('Azure region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Resource id of the subnet they lie in.')
param subnetId string

@description('What they lead to: { name, resourceId, groupId, zone }.')
param endpoints array

@description('Resource id of the resource group that the private DNS zones are in.')
param zonesGroupId string

// One after another: an account of storage or Cosmos DB takes one new endpoint at a time, and fails the others.
@batchSize(1)
resource endpointResources 'Microsoft.Network/privateEndpoints@2025-05-01' = [
  for endpoint in endpoints: {
    name: endpoint.name
    location: location
    tags: tags
    properties: {
      subnet: {
        id: subnetId
      }
      privateLinkServiceConnections: [
        {
          name: endpoint.groupId
          properties: {
            privateLinkServiceId: endpoint.resourceId
            groupIds: [endpoint.groupId]
          }
        }
      ]
    }
  }
]

resource names 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-05-01' = [
  for (endpoint, i) in endpoints: {
    parent: endpointResources[i]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: endpoint.groupId
          properties: {
            privateDnsZoneId: '${zonesGroupId}/providers/Microsoft.Network/privateDnsZones/${endpoint.zone}'
          }
        }
      ]
    }
  }
]
