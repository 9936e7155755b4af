// az deployment group create -g GROUP -p infra/parameters/pipeline.bicepparam, by an owner of the resource group, once.
using '../pipeline.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME')
// $(gh api repos/OWNER/NAME/actions/oidc/customization/sub --jq .sub_claim_prefix)
param repository = readEnvironmentVariable('GITHUB_REPOSITORY')
