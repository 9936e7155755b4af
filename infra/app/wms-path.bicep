metadata description = 'The way to the WMS’s SQL Server: a gateway in the virtual network, with a site-to-site VPN or an ExpressRoute circuit. The adapter needs none of it, it only calls out.'

@description('Azure region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Beginning of the names of the resources.')
param namePrefix string

@description('Resource id of the virtual network.')
param networkId string

@description('vpn or expressRoute.')
@allowed(['vpn', 'expressRoute'])
param connectionKind string

@description('Size of the gateway: VpnGw1AZ and upwards for a VPN, ErGw1AZ and upwards for ExpressRoute.')
@allowed(['VpnGw1AZ', 'VpnGw2AZ', 'VpnGw3AZ', 'ErGw1AZ', 'ErGw2AZ', 'ErGw3AZ'])
param gatewaySku string

@description('Whether the gateway is spread over availability zones.')
param zoneRedundant bool

@description('Public IPv4 address of the VPN device on premises. VPN only.')
param vpnDeviceAddress string

@description('Ranges (CIDR) on premises that lie behind the VPN device. VPN only.')
param wmsAddressPrefixes array

@description('Key that both ends of the VPN share, 32 random characters or more. VPN only.')
@secure()
param vpnSharedKey string

@description('Resource id of the ExpressRoute circuit. ExpressRoute only.')
param expressRouteCircuitId string

@description('Authorization key of a circuit in another subscription; empty for one in this. ExpressRoute only.')
@secure()
param expressRouteAuthorizationKey string

var isVpn = connectionKind == 'vpn'

resource gatewayAddress 'Microsoft.Network/publicIPAddresses@2025-05-01' = {
  name: '${namePrefix}gateway'
  location: location
  tags: tags
  sku: {
    name: 'Standard'
  }
  // A gateway lies in the zones of its address.
  zones: zoneRedundant ? ['1', '2', '3'] : null
  properties: {
    publicIPAllocationMethod: 'Static'
    publicIPAddressVersion: 'IPv4'
  }
}

// Takes half an hour or more to be made.
resource gateway 'Microsoft.Network/virtualNetworkGateways@2025-05-01' = {
  name: '${namePrefix}gateway'
  location: location
  tags: tags
  properties: {
    gatewayType: isVpn ? 'Vpn' : 'ExpressRoute'
    vpnType: 'RouteBased'
    sku: {
      name: gatewaySku
      tier: gatewaySku
    }
    ipConfigurations: [
      {
        name: 'default'
        properties: {
          privateIPAllocationMethod: 'Dynamic'
          subnet: {
            id: '${networkId}/subnets/GatewaySubnet'
          }
          publicIPAddress: {
            id: gatewayAddress.id
          }
        }
      }
    ]
  }
}

resource premises 'Microsoft.Network/localNetworkGateways@2025-05-01' = if (isVpn) {
  name: '${namePrefix}premises'
  location: location
  tags: tags
  properties: {
    gatewayIpAddress: vpnDeviceAddress
    localNetworkAddressSpace: {
      addressPrefixes: wmsAddressPrefixes
    }
  }
}

resource vpnConnection 'Microsoft.Network/connections@2025-05-01' = if (isVpn) {
  name: '${namePrefix}vpn'
  location: location
  tags: tags
  properties: {
    connectionType: 'IPsec'
    connectionProtocol: 'IKEv2'
    virtualNetworkGateway1: {
      id: gateway.id
      properties: {}
    }
    localNetworkGateway2: {
      id: premises.id
      properties: {}
    }
    sharedKey: vpnSharedKey
    // Azure's default proposals still offer weak groups.
    ipsecPolicies: [
      {
        saLifeTimeSeconds: 27000
        saDataSizeKilobytes: 102400000
        ipsecEncryption: 'GCMAES256'
        ipsecIntegrity: 'GCMAES256'
        ikeEncryption: 'AES256'
        ikeIntegrity: 'SHA384'
        dhGroup: 'ECP384'
        pfsGroup: 'ECP384'
      }
    ]
  }
}

resource expressRouteConnection 'Microsoft.Network/connections@2025-05-01' = if (!isVpn) {
  name: '${namePrefix}express-route'
  location: location
  tags: tags
  properties: {
    connectionType: 'ExpressRoute'
    virtualNetworkGateway1: {
      id: gateway.id
      properties: {}
    }
    peer: {
      id: expressRouteCircuitId
    }
    authorizationKey: empty(expressRouteAuthorizationKey) ? null : expressRouteAuthorizationKey
  }
}

@description('Public address of the gateway, which the VPN device on premises connects to.')
output gatewayAddress string = gatewayAddress.properties.ipAddress
