import { type Encodable, encodeSectionOf, encodeString, encodeValue } from './amqp-encode.ts';
import { mapEntries, type Scalar, scalarAt } from './amqp-value.ts';
import { listOf, section, splitSections } from './sections.ts';

/** Names of the fields of the properties section, in their order (AMQP 1.0 part 3, section 3.2.4). */
const propertyFields = [
  'message-id',
  'user-id',
  'to',
  'subject',
  'reply-to',
  'correlation-id',
  'content-type',
  'content-encoding',
  'absolute-expiry-time',
  'creation-time',
  'group-id',
  'group-sequence',
  'reply-to-group-id',
] as const;

/** A field of the properties section. */
export type PropertyField = (typeof propertyFields)[number];

/**
 * The application properties of a bare message, by lower-case name (names are compared without case in filters). With
 * `wanted`, only those are decoded.
 */
export function readApplicationProperties(bare: Buffer, wanted?: ReadonlySet<string>): Map<string, Scalar> {
  const values = new Map<string, Scalar>();
  const part = splitSections(bare).find((one) => one.descriptor === section.applicationProperties);
  if (!part) return values;
  for (const entry of mapEntries(bare, part.value)) {
    const name = entry.key.toLowerCase();
    if (!wanted || wanted.has(name)) values.set(name, scalarAt(bare, entry.value));
  }
  return values;
}

/** The fields of the properties section of a bare message that are set. */
export function readProperties(bare: Buffer): Map<PropertyField, Scalar> {
  const values = new Map<PropertyField, Scalar>();
  const part = splitSections(bare).find((one) => one.descriptor === section.properties);
  if (!part) return values;
  for (const [index, value] of listOf(bare, part).entries()) {
    const field = propertyFields[index];
    if (field && value !== null && value !== undefined) values.set(field, value);
  }
  return values;
}

/**
 * The bare message with application properties set (others keep their bytes); `null` as a value is stored as null.
 * Used for `propertiesToModify` and for the reasons of dead-lettering.
 */
export function setApplicationProperties(bare: Buffer, changes: ReadonlyMap<string, Encodable>): Buffer {
  if (changes.size === 0) return bare;
  const sections = splitSections(bare);
  const existing = sections.find((one) => one.descriptor === section.applicationProperties);
  const parts: Uint8Array[] = [];
  let count = 0;
  if (existing) {
    for (const entry of mapEntries(bare, existing.value)) {
      if (changes.has(entry.key)) continue;
      parts.push(bare.subarray(entry.start, entry.end));
      count += 2;
    }
  }
  for (const [name, value] of changes) {
    parts.push(encodeString(name), encodeValue(value));
    count += 2;
  }
  const encoded = encodeSectionOf(section.applicationProperties, 'map', count, parts);
  const properties = sections.find((one) => one.descriptor === section.properties);
  const before = existing?.start ?? properties?.end ?? 0;
  const after = existing?.end ?? before;
  return Buffer.concat([bare.subarray(0, before), encoded, bare.subarray(after)]);
}
