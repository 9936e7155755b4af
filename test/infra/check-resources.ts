import { checkFields } from './arm/check-value.ts';
import { type ArmTypes, type ResourceType, SCOPES } from './arm/types.ts';
import { isUnknown } from './bicep/value.ts';
import { type DeployedResource, namesOf } from './deployed-resource.ts';
import type { Finding } from './finding.ts';

/**
 * Tells what of a resource is not as its published type has it.
 *
 * @param untyped resources, as `type@version`, of which no type is published here
 */
export function checkResource(
  resource: DeployedResource,
  types: ArmTypes,
  untyped: readonly string[],
): readonly Finding[] {
  const { file, line, type, apiVersion, fields, existing } = resource;
  const findings: Finding[] = [];
  const tell = (at: number, message: string) => findings.push({ file, line: at, message });
  const published = types.find(type, apiVersion);
  if (!published && untyped.includes(`${type}@${apiVersion}`)) return [];
  if (!published) {
    const versions = types.versionsOf(type);
    tell(
      line,
      versions.length > 0
        ? `${type} has no API version ${apiVersion} here: there are ${versions.join(', ')}`
        : `${type} is no published resource type here`,
    );
    return findings;
  }
  checkPlace(resource, published, tell);
  if (!existing) checkFields(fields, published.body, published, { path: '', line }, tell);
  else if (fields.name === undefined) tell(line, `name is missing: it is required`);
  return findings;
}

const SCOPE_BITS: Readonly<Record<string, number>> = SCOPES;

/** Tells of resources that a deployment would make twice, as far as their names are known. */
export function doubleFindings(resources: readonly DeployedResource[]): readonly Finding[] {
  const seen = new Map<string, DeployedResource>();
  return resources.flatMap((resource): Finding[] => {
    const { existing, isDeployed, file, line, symbol, type } = resource;
    const address = addressOf(resource);
    if (existing || isDeployed === false || address === undefined) return [];
    const other = seen.get(address);
    seen.set(address, resource);
    return other
      ? [{ file, line, message: `${symbol} is ${type} ${address}, as ${other.symbol} in ${other.file} is` }]
      : [];
  });
}

/** Tells of children that are said to exist, of a kind that the deployment makes, and that it does not make. */
export function lostFindings(resources: readonly DeployedResource[]): readonly Finding[] {
  const made = resources.filter(({ existing, isDeployed }) => !existing && isDeployed !== false);
  const key = (resource: DeployedResource) => [resource.type, ...namesWithin(resource)].join(' ');
  const [keys, types] = [new Set(made.map(key)), new Set(made.map(({ type }) => type))];
  return resources.flatMap((resource): Finding[] => {
    const { existing, isDeployed, type, file, line, symbol } = resource;
    const names = namesWithin(resource);
    const isLost = existing && isDeployed !== false && types.has(type) && !keys.has(key(resource));
    if (!isLost || names.length === 0 || names.includes('?')) return [];
    return [{ file, line, message: `${symbol} is said to exist: nothing makes ${type} ${names.join('/')}` }];
  });
}

/** Without the name of the outermost parent, which is often known in Azure only. */
function namesWithin(resource: DeployedResource): readonly string[] {
  return namesOf(resource).slice(1);
}

function addressOf({ type, fields, scope, parent }: DeployedResource): string | undefined {
  const above = isUnknown(scope) ? scope.from?.resource : parent;
  const outer = above ? addressOf(above) : '';
  if (typeof fields.name !== 'string' || outer === undefined) return undefined;
  return `${outer}/${type}/${fields.name}`.toLowerCase();
}

/** A child belongs to its parent, an extension on what it extends, all others where their type may be deployed. */
function checkPlace(
  { type, parent, hasParent, fields, targetScope, scope, line, existing }: DeployedResource,
  { writableScopes }: ResourceType,
  tell: (line: number, message: string) => void,
): void {
  const segments = type.split('/');
  const parentType = segments.slice(0, -1).join('/');
  const { name } = fields;
  if (parent && parent.type.toLowerCase() !== parentType.toLowerCase()) {
    tell(line, `its parent is ${parent.type}: ${type} belongs to ${parentType}`);
  }
  const names = typeof name === 'string' ? name.split('/').length : undefined;
  const wanted = hasParent ? 1 : segments.length - 1;
  if (names !== undefined && names !== wanted) {
    tell(line, `its name has ${names} parts: ${type} takes ${wanted}${hasParent ? '' : ', or a parent'}`);
  }
  if (hasParent || existing) return;
  const place = scope === undefined ? targetScope : 'extension';
  if ((writableScopes & (SCOPE_BITS[place] ?? 0)) === 0) {
    tell(line, `${type} cannot be deployed ${place === 'extension' ? 'on a scope' : `to a ${place}`}`);
  }
}
