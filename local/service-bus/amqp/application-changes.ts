import type { Changes } from '../entity/message-queue.ts';
import type { Encodable } from '../message/amqp-encode.ts';

/** The application properties in a map that rhea decoded; values that no application property can hold are left out. */
export function toChanges(map: unknown): Changes {
  const changes = new Map<string, Encodable>();
  if (typeof map !== 'object' || map === null) return changes;
  for (const [name, value] of Object.entries(map)) if (isEncodable(value)) changes.set(name, value);
  return changes;
}

function isEncodable(value: unknown): value is Encodable {
  if (value === null || value instanceof Date || value instanceof Uint8Array) return true;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
