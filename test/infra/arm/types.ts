import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const reference = z
  .object({ $ref: z.templateLiteral(['#/', z.number()]) })
  .transform(({ $ref }) => Number($ref.slice(2)));
const property = z.object({ type: reference, flags: z.number() });
const properties = z.record(z.string(), property);

const entrySchema = z.discriminatedUnion('$type', [
  z.object({ $type: z.literal('AnyType') }),
  z.object({ $type: z.literal('BooleanType') }),
  z.object({
    $type: z.literal('StringType'),
    minLength: z.number().optional(),
    maxLength: z.number().optional(),
    pattern: z.string().optional(),
  }),
  z.object({ $type: z.literal('StringLiteralType'), value: z.string() }),
  z.object({
    $type: z.literal('IntegerType'),
    minValue: z.number().optional(),
    maxValue: z.number().optional(),
  }),
  z.object({
    $type: z.literal('ArrayType'),
    itemType: reference,
    minLength: z.number().optional(),
    maxLength: z.number().optional(),
  }),
  z.object({ $type: z.literal('UnionType'), elements: z.array(reference) }),
  z.object({
    $type: z.literal('ObjectType'),
    name: z.string(),
    properties,
    additionalProperties: reference.optional(),
  }),
  z.object({
    $type: z.literal('DiscriminatedObjectType'),
    name: z.string(),
    discriminator: z.string(),
    baseProperties: properties,
    elements: z.record(z.string(), reference),
  }),
  z.object({
    $type: z.literal('ResourceType'),
    name: z.string(),
    body: reference,
    writableScopes: z.number(),
  }),
  z.object({ $type: z.literal('ResourceFunctionType') }),
]);

export type ArmType = z.infer<typeof entrySchema>;
export type ArmProperty = z.infer<typeof property>;

/** What a property's `flags` say (`TypePropertyFlags` of Azure/bicep-types). */
export const FLAGS = { required: 1, readOnly: 2 } as const;

/** Where a resource may be deployed (`ScopeType` of Azure/bicep-types). */
export const SCOPES = {
  tenant: 1,
  managementGroup: 2,
  subscription: 4,
  resourceGroup: 8,
  extension: 16,
} as const;

/** One resource type at one API version. */
export type ResourceType = {
  readonly body: ArmType;
  readonly writableScopes: number;
  /** The type behind a number. */
  at(index: number): ArmType;
};

export type ArmTypes = {
  /** The versions that are published here of a resource type; none: the type is not. */
  versionsOf(type: string): readonly string[];
  find(type: string, apiVersion: string): ResourceType | undefined;
};

/** The published types in a folder, or undefined where it is not there. */
export function openArmTypes(folder: string): ArmTypes | undefined {
  if (!existsSync(folder)) return undefined;
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  const opened = new Map<string, ReadonlyMap<string, ResourceType>>();
  const open = (file: string) => {
    const found = opened.get(file) ?? readTypes(join(folder, file));
    opened.set(file, found);
    return found;
  };
  return {
    versionsOf: (type) => {
      const provider = `${type.split('/')[0]?.toLowerCase()}-`;
      return files
        .filter((file) => file.startsWith(provider))
        .map((file) => file.slice(provider.length, -'.json'.length))
        .filter((version) => open(`${provider}${version}.json`).has(`${type}@${version}`.toLowerCase()));
    },
    find: (type, apiVersion) => {
      const file = `${type.split('/')[0]?.toLowerCase()}-${apiVersion}.json`;
      return files.includes(file) ? open(file).get(`${type}@${apiVersion}`.toLowerCase()) : undefined;
    },
  };
}

/** By `type@version` in small letters: Azure does not tell them apart by case. */
function readTypes(path: string): ReadonlyMap<string, ResourceType> {
  const entries: unknown[] = z.array(z.unknown()).parse(JSON.parse(readFileSync(path, 'utf8')));
  const parsed = new Map<number, ArmType>();
  const at = (index: number) => {
    const found = parsed.get(index) ?? entrySchema.parse(entries[index]);
    parsed.set(index, found);
    return found;
  };
  const types = entries.flatMap((entry, index) => {
    if (!resourceEntry.safeParse(entry).success) return [];
    const type = at(index);
    if (type.$type !== 'ResourceType') return [];
    const { writableScopes } = type;
    return [[type.name.toLowerCase(), { body: at(type.body), writableScopes, at }] as const];
  });
  return new Map(types);
}

const resourceEntry = z.object({ $type: z.literal('ResourceType') });

/** The property of an object type; of a discriminated one that every kind has or, once its kind is told, that kind. */
export function propertyOf(type: ArmType, name: string, resource: ResourceType): ArmProperty | undefined {
  if (type.$type === 'ObjectType') {
    const { additionalProperties } = type;
    return (
      type.properties[name] ??
      (additionalProperties === undefined ? undefined : { type: additionalProperties, flags: 0 })
    );
  }
  if (type.$type !== 'DiscriminatedObjectType') return undefined;
  const ofKinds = Object.values(type.elements).map((index) => propertyOf(resource.at(index), name, resource));
  return type.baseProperties[name] ?? ofKinds.find((found) => found !== undefined);
}
