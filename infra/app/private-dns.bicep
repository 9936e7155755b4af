metadata description = 'Private DNS zones, by which names of services lead to their private endpoints. Not where an installation has them already.'

@description('Tags of every resource.')
param tags object

@description('Names of the zones.')
param zoneNames array

@description('Name of the virtual network that finds names by them.')
param networkName string

@description('Resource id of that network.')
param networkId string

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for zone in zoneNames: {
    name: zone
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (zone, i) in zoneNames: {
    parent: zones[i]
    name: networkName
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: {
        id: networkId
      }
    }
  }
]
