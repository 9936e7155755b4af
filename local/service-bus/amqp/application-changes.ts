import type { Changes } from '../entity/changes.ts';
import type { Encodable } from '../message/amqp-encode.ts';

/** A value that no application property can hold. */
export class UnsupportedPropertyError extends RangeError {
  override readonly name = 'UnsupportedPropertyError';
}

/**
 * The application properties in a map that rhea decoded.
 * @throws UnsupportedPropertyError naming the property.
 */
export function toChanges(map: unknown): Changes {
  const changes = new Map<string, Encodable>();
  if (typeof map !== 'object' || map === null) return changes;
  for (const [name, value] of Object.entries(map)) {
    if (!isEncodable(value))
      throw new UnsupportedPropertyError(`not supported: the application property ${name} is a list or map`);
    changes.set(name, value);
  }
  return changes;
}

function isEncodable(value: unknown): value is Encodable {
  if (value === null || value instanceof Date || value instanceof Uint8Array) return true;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
