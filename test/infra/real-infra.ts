import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openArmTypes } from './arm/types.ts';
import { openFiles } from './bicep/files.ts';
import type { Fields } from './bicep/value.ts';
import { checkBicep } from './check-bicep.ts';
import { azdParameters, bicepParameters } from './parameters.ts';

export const root = join(import.meta.dirname, '../..');

const files = openFiles(root);

/** The published types; undefined where `../shared/data/arm-types` is not there. */
export const types = openArmTypes(join(root, '../shared/data/arm-types'));

/** Of these no types are published beside the others: their names and properties are not checked. */
export const UNTYPED = [
  'Microsoft.Network/privateDnsZones@2024-06-01',
  'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01',
];

export const warehouses = Array.from({ length: 8 }, (_unused, index) => `WH-00${index + 1}`);

/** Everything that can be switched on is. */
const EVERYTHING: Fields = {
  environmentName: 'prod',
  location: 'westeurope',
  zoneRedundant: true,
  alwaysReady: [{ name: 'http', instanceCount: 2 }],
  nodeArguments: '--max-old-space-size=1024',
  allowedCallers: ['203.0.113.0/24'],
  durableBackend: 'durableTaskScheduler',
  durableSkuName: 'Dedicated',
  durableCapacityUnits: 3,
  serviceBusSkuName: 'Premium',
  serviceBusReplicaLocation: 'northeurope',
  serviceBusAllowedAddresses: ['203.0.113.7'],
  cosmosSecondaryLocation: 'northeurope',
  geoRedundantJournal: true,
  subscribers: [{ topic: 'atp-changes', subscription: 'oms', principalId: 'an-oms' }],
  operatorsGroupId: 'operators',
  signInClientId: '00000000-0000-0000-0000-000000000001',
  wmsSqlServer: 'wms.example.test',
  wmsSqlLogin: 'keyVault',
  wmsConnection: 'vpn',
  wmsAddressPrefixes: ['10.1.0.0/24'],
  vpnDeviceAddress: '203.0.113.9',
  vpnSharedKey: 'given when deployed',
  vnetEnabled: true,
  dnsServers: ['10.1.0.4'],
  adapterAddressPrefixes: ['10.2.0.0/24'],
  investigationWebhookUrl: 'https://hooks.example.test',
  investigationWebhookSigned: true,
  alertEmailAddresses: ['ops@example.test'],
  adapterTelemetry: true,
  monthlyBudget: 100,
};

const parameterFiles = [
  azdParameters('infra/main.parameters.json', 'infra/main.bicep', files),
  ...globSync('infra/**/*.bicepparam', { cwd: root }).map((file) => bicepParameters(file, files)),
];

/** The parameters of a file of Bicep, by the files that give them. */
const givenTo = (of: string) =>
  Object.fromEntries(parameterFiles.filter((one) => one.of === of).map(({ file, given }) => [file, given]));

const checked = checkBicep({
  files,
  types,
  untyped: UNTYPED,
  paths: globSync('infra/**/*.bicep', { cwd: root }),
  deployed: {
    'infra/main.bicep': {
      least: { environmentName: 'dev' },
      everything: EVERYTHING,
      ...givenTo('infra/main.bicep'),
    },
    'infra/pipeline.bicep': givenTo('infra/pipeline.bicep'),
  },
});

export const findings = [...checked.findings, ...parameterFiles.flatMap((one) => one.findings)];

export const deployments = Object.values(checked.deployments);

/** What `infra/main.bicep` deploys when no more is given than has to be, and when all is switched on. */
export const { least, everything } = bothOf(checked.deployments);

function bothOf({ least, everything }: typeof checked.deployments) {
  if (!least || !everything) throw new Error('infra/main.bicep was not deployed');
  return { least, everything };
}

/** The text of a file of the repository, undefined when there is none. */
export const textOf = (file: string): string | undefined => files.text(file);

export const jsonOf = (file: string): unknown => JSON.parse(readFileSync(join(root, file), 'utf8'));
