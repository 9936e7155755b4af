metadata description = 'The virtual network: calls of the app go out by it, private endpoints lie in it, and a gateway leads to the WMS.'

@description('Azure region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Name of the network.')
param networkName string

@description('Range of the network (CIDR), /24 or larger, that nothing on the way to the WMS uses.')
param addressPrefix string

@description('DNS servers, where names of the WMS are to be found by them; they then have to forward privatelink zones to Azure (168.63.129.16). Empty for Azure’s own.')
param dnsServers array

@description('Ranges (CIDR) on premises in which the WMS’s SQL Server lies; empty for none.')
param wmsAddressPrefixes array

@description('TCP port of the WMS’s SQL Server.')
@minValue(1)
@maxValue(65535)
param wmsSqlPort int

@description('Ranges (CIDR) on premises from which adapters reach private endpoints; empty for none.')
param adapterAddressPrefixes array

@description('Whether there is a subnet for a gateway.')
param hasGateway bool

var functionsPrefix = cidrSubnet(addressPrefix, 26, 0)
var endpointsPrefix = cidrSubnet(addressPrefix, 26, 1)
var gatewayPrefix = cidrSubnet(addressPrefix, 27, 4)

// To the WMS the cloud only reads from SQL Server; whatever else it may be made to try ends here.
var toWmsRules = empty(wmsAddressPrefixes)
  ? []
  : [
      {
        name: 'to-wms-sql'
        properties: {
          direction: 'Outbound'
          priority: 100
          access: 'Allow'
          protocol: 'Tcp'
          sourceAddressPrefix: functionsPrefix
          sourcePortRange: '*'
          destinationAddressPrefixes: wmsAddressPrefixes
          destinationPortRange: string(wmsSqlPort)
        }
      }
      {
        name: 'to-premises-nothing-else'
        properties: {
          direction: 'Outbound'
          priority: 110
          access: 'Deny'
          protocol: '*'
          sourceAddressPrefix: functionsPrefix
          sourcePortRange: '*'
          destinationAddressPrefixes: wmsAddressPrefixes
          destinationPortRange: '*'
        }
      }
    ]

resource functionsRules 'Microsoft.Network/networkSecurityGroups@2025-05-01' = {
  name: '${networkName}-functions'
  location: location
  tags: tags
  properties: {
    securityRules: toWmsRules
  }
}

resource endpointsRules 'Microsoft.Network/networkSecurityGroups@2025-05-01' = {
  name: '${networkName}-endpoints'
  location: location
  tags: tags
  properties: {
    securityRules: [
      {
        name: 'from-functions-and-adapters'
        properties: {
          direction: 'Inbound'
          priority: 100
          access: 'Allow'
          protocol: 'Tcp'
          sourceAddressPrefixes: concat([functionsPrefix], adapterAddressPrefixes)
          sourcePortRange: '*'
          destinationAddressPrefix: endpointsPrefix
          // HTTPS and AMQP over TLS; the SDK for Node.js speaks to Cosmos DB by HTTPS alone.
          destinationPortRanges: ['443', '5671']
        }
      }
      {
        name: 'from-nobody-else'
        properties: {
          direction: 'Inbound'
          priority: 200
          access: 'Deny'
          protocol: '*'
          sourceAddressPrefix: '*'
          sourcePortRange: '*'
          destinationAddressPrefix: '*'
          destinationPortRange: '*'
        }
      }
    ]
  }
}

// Calls to the internet (Application Insights, a webhook) come from one address, which others can let in. The gateway lies in
// one zone: StandardV2, which spans all, is not attached to a subnet that is delegated to Microsoft.App
// (https://learn.microsoft.com/azure/nat-gateway/nat-overview#key-limitations-of-standardv2).
resource outgoingAddress 'Microsoft.Network/publicIPAddresses@2025-05-01' = {
  name: '${networkName}-outgoing'
  location: location
  tags: tags
  sku: {
    name: 'Standard'
  }
  properties: {
    publicIPAllocationMethod: 'Static'
    publicIPAddressVersion: 'IPv4'
  }
}

resource outgoing 'Microsoft.Network/natGateways@2025-05-01' = {
  name: '${networkName}-outgoing'
  location: location
  tags: tags
  sku: {
    name: 'Standard'
  }
  properties: {
    idleTimeoutInMinutes: 4
    publicIpAddresses: [
      {
        id: outgoingAddress.id
      }
    ]
  }
}

var subnets = [
  {
    name: 'functions'
    properties: {
      addressPrefix: functionsPrefix
      networkSecurityGroup: {
        id: functionsRules.id
      }
      natGateway: {
        id: outgoing.id
      }
      // Of the Flex Consumption plan.
      delegations: [
        {
          name: 'functions'
          properties: {
            serviceName: 'Microsoft.App/environments'
          }
        }
      ]
    }
  }
  {
    name: 'endpoints'
    properties: {
      addressPrefix: endpointsPrefix
      networkSecurityGroup: {
        id: endpointsRules.id
      }
      privateEndpointNetworkPolicies: 'Enabled'
      defaultOutboundAccess: false
    }
  }
]

var gatewaySubnets = hasGateway
  ? [
      {
        // The name that Azure looks for. It may have no network security group.
        name: 'GatewaySubnet'
        properties: {
          addressPrefix: gatewayPrefix
        }
      }
    ]
  : []

// Subnets in the network itself: apart from it a later deployment would take them away and put them back.
resource network 'Microsoft.Network/virtualNetworks@2025-05-01' = {
  name: networkName
  location: location
  tags: tags
  properties: {
    addressSpace: {
      addressPrefixes: [addressPrefix]
    }
    dhcpOptions: {
      dnsServers: dnsServers
    }
    subnets: concat(subnets, gatewaySubnets)
  }
}

@description('Resource id of the network.')
output id string = network.id

@description('Resource id of the subnet that calls of the app go out by.')
output functionsSubnetId string = '${network.id}/subnets/functions'

@description('Resource id of the subnet of private endpoints.')
output endpointsSubnetId string = '${network.id}/subnets/endpoints'

@description('Address that calls to the internet come from.')
output outgoingAddress string = outgoingAddress.properties.ipAddress
