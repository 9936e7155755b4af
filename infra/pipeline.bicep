metadata description = 'Who deploys from GitHub, without a secret: an identity that ships and changes resources, and one that only looks (what-if of pull requests). Deployed once by an owner of the resource group, before the pipelines.'

targetScope = 'resourceGroup'

@description('Azure region.')
param location string = resourceGroup().location

@description('Tags of every resource.')
param tags object = {}

@description('Name of the environment, as in main.bicep.')
@minLength(2)
@maxLength(16)
param environmentName string

@description('The repository as its tokens name it, letter by letter: OWNER/NAME, and OWNER@ID/NAME@ID for one that was made, renamed or transferred since July 2026. gh api repos/OWNER/NAME/actions/oidc/customization/sub says which, as sub_claim_prefix.')
param repository string

@description('GitHub environment whose jobs deploy here. Its protection rules say who has to approve.')
param githubEnvironment string = environmentName

var groupId = resourceGroup().id
var base = toLower('stockbridge-${environmentName}')
var githubIssuer = 'https://token.actions.githubusercontent.com'
var audiences = ['api://AzureADTokenExchange']
var githubSubject = startsWith(repository, 'repo:') ? repository : 'repo:${repository}'

var contributor = 'b24988ac-6180-42a0-ab88-20f7382dd24c'
var reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7'
var roleAdministrator = 'f58310d9-a9f6-439a-9e8d-f62e7b41a168'

// What main.bicep gives, and nothing else, may the deployer give, and to identities and groups alone: to no person.
var grantable = join(map(items(loadJsonContent('app/roles.json')), role => role.value), ', ')

resource deployer 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-${base}-deployer'
  location: location
  tags: tags
}

resource deployerTrust 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials@2024-11-30' = {
  parent: deployer
  name: 'github-environment'
  properties: {
    issuer: githubIssuer
    subject: '${githubSubject}:environment:${githubEnvironment}'
    audiences: audiences
  }
}

resource deployerContributes 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(groupId, deployer.id, contributor)
  properties: {
    principalId: deployer.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', contributor)
  }
}

// Without the condition who deploys could make himself owner.
resource deployerGivesRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(groupId, deployer.id, roleAdministrator)
  properties: {
    principalId: deployer.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleAdministrator)
    conditionVersion: '2.0'
    condition: '((!(ActionMatches{\'Microsoft.Authorization/roleAssignments/write\'})) OR (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${grantable}} AND @Request[Microsoft.Authorization/roleAssignments:PrincipalType] ForAnyOfAnyValues:StringEqualsIgnoreCase {\'ServicePrincipal\', \'Group\'})) AND ((!(ActionMatches{\'Microsoft.Authorization/roleAssignments/delete\'})) OR (@Resource[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${grantable}}))'
  }
}

resource planner 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-${base}-planner'
  location: location
  tags: tags
}

resource plannerTrust 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials@2024-11-30' = {
  parent: planner
  name: 'github-pull-request'
  properties: {
    issuer: githubIssuer
    subject: '${githubSubject}:pull_request'
    audiences: audiences
  }
}

// Whoever opens a pull request runs code as the planner: it reads resources and asks what would change (az deployment group
// what-if --validation-level ProviderNoRbac), and can change nothing.
resource whatIf 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(groupId, 'stockbridge-what-if')
  properties: {
    // Its name has to be the only one in the tenant.
    roleName: 'Stockbridge what-if (${resourceGroup().name} ${uniqueString(groupId)})'
    description: 'Asks what a deployment would change.'
    type: 'CustomRole'
    assignableScopes: [groupId]
    permissions: [
      {
        actions: [
          'Microsoft.Resources/deployments/read'
          'Microsoft.Resources/deployments/whatIf/action'
          'Microsoft.Resources/deployments/validate/action'
          'Microsoft.Resources/deployments/operationStatuses/read'
        ]
        notActions: []
        dataActions: []
        notDataActions: []
      }
    ]
  }
}

resource plannerAsks 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(groupId, planner.id, whatIf.id)
  properties: {
    principalId: planner.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', whatIf.name)
  }
}

resource plannerReads 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(groupId, planner.id, reader)
  properties: {
    principalId: planner.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', reader)
  }
}

@description('AZURE_CLIENT_ID of the jobs that deploy.')
output DEPLOYER_CLIENT_ID string = deployer.properties.clientId

@description('AZURE_CLIENT_ID of the jobs that ask what-if.')
output PLANNER_CLIENT_ID string = planner.properties.clientId

@description('AZURE_TENANT_ID of both.')
output AZURE_TENANT_ID string = tenant().tenantId
