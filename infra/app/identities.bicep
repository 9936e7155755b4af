metadata description = 'Who runs: an identity for the functions app, and one for each adapter that has none of its own.'

@description('Azure region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Name of the identity of the functions app.')
param functionsIdentityName string

@description('Beginning of the names of the identities of adapters.')
param adapterIdentityPrefix string

@description('The adapters: { name, warehouses, principalId, issuer, subject }, as in main.bicep.')
param adapters array

// A system-assigned identity would come and go with the app, and with it every role, those in the WMS's database too.
resource functionsIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: functionsIdentityName
  location: location
  tags: tags
}

resource adapterIdentities 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = [
  for adapter in adapters: if (empty(adapter.principalId)) {
    name: '${adapterIdentityPrefix}${adapter.name}'
    location: location
    tags: tags
  }
]

// A machine outside Azure signs in with a token of its own issuer (Kubernetes, SPIFFE, Entra ID of Arc), and holds no secret.
resource adapterTrust 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials@2024-11-30' = [
  for (adapter, i) in adapters: if (empty(adapter.principalId) && !empty(adapter.issuer)) {
    parent: adapterIdentities[i]
    name: 'adapter'
    properties: {
      issuer: adapter.issuer
      subject: adapter.subject
      audiences: ['api://AzureADTokenExchange']
    }
  }
]

@description('Resource id of the identity of the functions app.')
output functionsIdentityId string = functionsIdentity.id

@description('Client id of the identity of the functions app.')
output functionsClientId string = functionsIdentity.properties.clientId

@description('Object id of the identity of the functions app.')
output functionsPrincipalId string = functionsIdentity.properties.principalId

@description('Of each adapter its name, its warehouses, the object id that roles are given to, and its client id where it was made here.')
output adapters array = [
  for (adapter, i) in adapters: {
    name: adapter.name
    warehouses: adapter.warehouses
    principalId: empty(adapter.principalId) ? adapterIdentities[i].properties.principalId : adapter.principalId
    clientId: empty(adapter.principalId) ? adapterIdentities[i].properties.clientId : ''
  }
]
