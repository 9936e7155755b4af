import { type MapEntry, mapEntries, scalarAt } from '../message/amqp-value.ts';
import { type PropertyField, readProperties } from '../message/application-properties.ts';
import { section, splitSections } from '../message/sections.ts';
import type { PropertySource } from '../sql-filter/evaluate.ts';
import type { FilterValue } from '../sql-filter/syntax.ts';

const systemFields: Readonly<Record<string, PropertyField>> = {
  messageid: 'message-id',
  correlationid: 'correlation-id',
  label: 'subject',
  subject: 'subject',
  to: 'to',
  replyto: 'reply-to',
  sessionid: 'group-id',
  replytosessionid: 'reply-to-group-id',
  contenttype: 'content-type',
};

/** A message as filters see it; each part is decoded when the first filter asks for it, and then only once. */
export class FilterSubject implements PropertySource {
  readonly #bare: Buffer;
  #entries: Map<string, MapEntry> | undefined;
  #properties: Map<PropertyField, FilterValue | undefined> | undefined;

  /** @param bare properties, application properties and body, encoded. */
  constructor(bare: Uint8Array) {
    this.#bare = Buffer.from(bare.buffer, bare.byteOffset, bare.byteLength);
  }

  user(name: string): FilterValue {
    this.#entries ??= this.#readEntries();
    const entry = this.#entries.get(name);
    return entry ? (scalarAt(this.#bare, entry.value) ?? null) : null;
  }

  sys(name: string): FilterValue {
    this.#properties ??= readProperties(this.#bare);
    const field = systemFields[name];
    return (field && this.#properties.get(field)) ?? null;
  }

  #readEntries(): Map<string, MapEntry> {
    const part = splitSections(this.#bare).find((one) => one.descriptor === section.applicationProperties);
    const entries = part ? mapEntries(this.#bare, part.value) : [];
    return new Map(entries.map((entry) => [entry.key.toLowerCase(), entry]));
  }
}
