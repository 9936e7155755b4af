import { holds, isFields, isUnknown, lineOfFields, propertyAt, type Value } from './bicep/value.ts';
import type { DeployedResource } from './deployed-resource.ts';
import type { DeployedOutput, Deployment } from './deployment.ts';
import type { Finding } from './finding.ts';

/** Properties by which a resource is closed to keys and plain text, and the values that they have to have. */
const REQUIRED: Readonly<Record<string, Readonly<Record<string, readonly Value[]>>>> = {
  'Microsoft.DocumentDB/databaseAccounts': {
    'properties.disableLocalAuth': [true],
    'properties.minimalTlsVersion': ['Tls12'],
  },
  'Microsoft.Insights/components': { 'properties.DisableLocalAuth': [true] },
  'Microsoft.KeyVault/vaults': {
    'properties.enableRbacAuthorization': [true],
    'properties.enablePurgeProtection': [true],
  },
  'Microsoft.OperationalInsights/workspaces': { 'properties.features.disableLocalAuth': [true] },
  'Microsoft.ServiceBus/namespaces': {
    'properties.disableLocalAuth': [true],
    'properties.minimumTlsVersion': ['1.2', '1.3'],
  },
  'Microsoft.Storage/storageAccounts': {
    'properties.allowSharedKeyAccess': [false],
    'properties.allowBlobPublicAccess': [false],
    'properties.minimumTlsVersion': ['TLS1_2', 'TLS1_3'],
    'properties.supportsHttpsTrafficOnly': [true],
  },
  'Microsoft.Web/sites': {
    'properties.httpsOnly': [true],
    'properties.siteConfig.minTlsVersion': ['1.2', '1.3'],
  },
  'Microsoft.Web/sites/basicPublishingCredentialsPolicies': { 'properties.allow': [false] },
};

/** Tells where a key could be used instead of an identity, or a secret be read. */
export function securityFindings({ resources, outputs }: Deployment): readonly Finding[] {
  return [
    ...resources.flatMap(closedFindings),
    ...outputs.flatMap(outputFindings),
    ...resources.flatMap(writtenSecrets),
  ];
}

function closedFindings({ existing, type, fields, file, line }: DeployedResource): Finding[] {
  const required = existing ? undefined : REQUIRED[type];
  return Object.entries(required ?? {}).flatMap(([path, allowed]) => {
    const value = propertyAt(fields, ...path.split('.'));
    if (possible(value).every((one) => allowed.includes(one))) return [];
    return [{ file, line, message: `${type}: ${path} has to be ${allowed.join(' or ')}` }];
  });
}

/** What it may be; what is not known at all is none of it. */
function possible(value: Value | undefined): readonly Value[] {
  if (value === undefined) return [null];
  return isUnknown(value) && value.among ? value.among.flatMap(possible) : [value];
}

const SECRET_NAME = /(secret|password|key|connectionstring|credential|sas|token)s?$/i;

function outputFindings({ file, line, name, value }: DeployedOutput): Finding[] {
  if (holds(value, 'secret'))
    return [{ file, line, message: `output ${name} is made of a secret: outputs can be read by all` }];
  return SECRET_NAME.test(name)
    ? [{ file, line, message: `output ${name} has the name of a secret: outputs can be read by all` }]
    : [];
}

const SECRET_TEXT =
  /(AccountKey|SharedAccessKey|SharedAccessSignature|Password|pwd|client_secret)\s*=\s*[^;]/i;

/** Secrets written out in the properties of a resource. */
function writtenSecrets({ file, line, symbol, fields }: DeployedResource): Finding[] {
  const inside = (value: Value, at: number): Finding[] => {
    if (typeof value === 'string') {
      return SECRET_TEXT.test(value)
        ? [{ file, line: at, message: `${symbol} has a secret written out` }]
        : [];
    }
    if (!isFields(value) && !Array.isArray(value)) return [];
    return Object.values(value).flatMap((one) => inside(one, lineOfFields(value, at)));
  };
  return inside(fields, line);
}
