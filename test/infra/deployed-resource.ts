import type { Fields, Value } from './bicep/value.ts';

/** A resource as a deployment brings it about; each round of a loop is one. */
export type DeployedResource = {
  readonly file: string;
  readonly line: number;
  readonly symbol: string;
  /** In full, such as `Microsoft.ServiceBus/namespaces/topics`. */
  readonly type: string;
  readonly apiVersion: string;
  readonly existing: boolean;
  readonly targetScope: string;
  /** False when a condition keeps it out. */
  readonly isDeployed: Value;
  readonly parent: DeployedResource | undefined;
  /** Whether it names a parent, or is written in one. */
  readonly hasParent: boolean;
  /** What it is deployed on: undefined, what the file is deployed to. */
  readonly scope: Value | undefined;
  /** As written, but for `parent`, `scope` and `dependsOn`. */
  readonly fields: Fields;
};

/**
 * Its id, as far as it can be told: without the groups it lies in, and `{file symbol}` for a name that is known in Azure
 * only.
 */
export function idOf(resource: DeployedResource): string {
  const { parent, type, fields, file, symbol } = resource;
  const name = typeof fields.name === 'string' ? fields.name : `{${file} ${symbol}}`;
  return parent ? `${idOf(parent)}/${type.split('/').at(-1)}/${name}` : `/providers/${type}/${name}`;
}

/** A resource's names from its outermost parent on; one that is not known reads `?`. */
export function namesOf({ parent, fields }: DeployedResource): readonly string[] {
  const { name } = fields;
  return [...(parent ? namesOf(parent) : []), typeof name === 'string' ? name : '?'];
}
