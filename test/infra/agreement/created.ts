import { isUnknown, type Value } from '../bicep/value.ts';
import type { DeployedResource } from '../deployed-resource.ts';
import type { Deployment } from '../deployment.ts';

/** The resources of a type that a deployment makes. */
export function created({ resources }: Deployment, type: string): readonly DeployedResource[] {
  return resources.filter((one) => one.type === type && !one.existing && one.isDeployed !== false);
}

/** The resource that a value is a property of. */
export function resourceBehind(value: Value | undefined): DeployedResource | undefined {
  return isUnknown(value) ? value.from?.resource : undefined;
}

/** What only one of two has, told in words. */
export function differences(code: Iterable<string>, infra: Iterable<string>): string[] {
  const [used, made] = [new Set(code), new Set(infra)];
  return [
    ...[...used].filter((one) => !made.has(one)).map((one) => `code uses ${one}: Bicep does not make it`),
    ...[...made].filter((one) => !used.has(one)).map((one) => `Bicep makes ${one}: no code uses it`),
  ].sort();
}
