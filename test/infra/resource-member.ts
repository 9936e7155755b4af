import { kindsOf } from './arm/check-value.ts';
import { type ArmType, type ArmTypes, propertyOf } from './arm/types.ts';
import { isUnknown, type Kind, unknown, type Value } from './bicep/value.ts';
import { idOf } from './deployed-resource.ts';

/** Known before the deployment starts (learn.microsoft.com, "Bicep error BCP120"). */
const EARLY = new Set(['id', 'name', 'type', 'apiVersion']);

/**
 * A property of a resource, or of a part of it, as a symbol asks for it; undefined when `of` is of no resource.
 * Without the published types any property may be there.
 */
export function resourceMember(
  of: Value,
  name: string,
  types: ArmTypes | undefined,
): Value | 'not known' | undefined {
  if (!isUnknown(of) || !of.from) return undefined;
  const { resource, path } = of.from;
  const from = { resource, path: [...path, name] };
  if (path.length === 0 && EARLY.has(name)) {
    if (name === 'type') return resource.type;
    if (name === 'apiVersion') return resource.apiVersion;
    return name === 'id' ? idOf(resource) : (resource.fields.name ?? unknown('string', { from }));
  }
  const published = types?.find(resource.type, resource.apiVersion);
  if (!published) return unknown('any', { from, late: true });
  let type: ArmType = published.body;
  for (const step of from.path) {
    if (type.$type === 'AnyType') break;
    const property = propertyOf(type, step, published);
    if (!property) return 'not known';
    type = published.at(property.type);
  }
  const kinds = [...kindsOf(type, published)];
  return unknown(kinds.length === 1 ? kindNamed(kinds[0]) : 'any', { from, late: true });
}

const KINDS: readonly Kind[] = ['string', 'int', 'bool', 'array', 'object'];

function kindNamed(name: string | undefined): Kind {
  return KINDS.find((kind) => kind === name) ?? 'any';
}
