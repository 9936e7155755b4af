import { type InventoryEvent, inventoryEventSchema } from '../../../shared/contracts/inventory-event.ts';
import { describeValue } from '../../../shared/contracts/json-message.ts';
import { valueAt } from '../../../shared/contracts/schema-issue.ts';
import { type ColumnValue, numberOf, textOf, timestampOf } from './column-value.ts';
import { EVENT_FIELDS, type EventField, mappedFields, type OutboxSettings } from './outbox-settings.ts';
import type { SourceRow } from './source.ts';
import { plainName } from './sql-name.ts';

/** Makes inventory events of rows, as the settings say. */
export interface EventMapping {
  /** The event of a row; or in one sentence why it is none, naming column, field and value. */
  eventOf(row: SourceRow): MappedRow;
  /** What stands in the column of the event id, valid or not; undefined when that is nothing or no text. */
  eventIdOf(row: SourceRow): string | undefined;
  /** Why a row is no event of its own: another has its event id. */
  sameEventId(eventId: string, number: bigint): string;
  /** The row by the names of its columns, for a person to read: long values are cut. */
  contentOf(row: SourceRow): Record<string, string | number | boolean | null>;
}

export type MappedRow =
  | { readonly event: InventoryEvent; readonly reason?: never }
  | { readonly reason: string; readonly event?: never };

/** So many faults of a row are named. */
const MAX_FAULTS = 5;
/** So many characters of a value are kept of a row that is parked. */
const MAX_CONTENT = 1_000;

/** The mapping by the settings' columns, constants and names of event types. */
export function createEventMapping(
  settings: Pick<OutboxSettings, 'columns' | 'constants' | 'eventTypes'>,
): EventMapping {
  const fields = mappedFields(settings);
  const columnOf = new Map<string, string>(fields.map(({ field, column }) => [field, plainName(column)]));
  const types = settings.eventTypes && new Map(Object.entries(settings.eventTypes));
  const eventIdIndex = fields.findIndex(({ field }) => field === 'eventId');

  function read(field: EventField, value: unknown): ColumnValue {
    switch (EVENT_FIELDS[field]) {
      case 'number':
        return numberOf(value);
      case 'timestamp':
        return timestampOf(value);
      case 'text':
        return textOf(value);
      case 'event-type':
        return typeOf(textOf(value));
    }
  }

  function typeOf(read: ColumnValue): ColumnValue {
    if (types === undefined || typeof read.value !== 'string') return read;
    const value = types.get(read.value);
    return value === undefined ? { fault: 'not among eventTypes' } : { value };
  }

  const named = (field: string) => {
    const column = columnOf.get(field);
    return column === undefined ? field : `column ${column} (${field})`;
  };

  return {
    eventOf({ values }) {
      const flat: Record<string, unknown> = { ...settings.constants };
      const faults = new Map<string, string>();
      for (const [index, { field }] of fields.entries()) {
        const { value, fault } = read(field, values[index]);
        if (value !== undefined) flat[field] = value;
        if (fault !== undefined) {
          const given = contentOf(values[index]);
          faults.set(field, `${named(field)} is ${given === null ? 'NULL' : describeValue(given)}: ${fault}`);
        }
      }
      const candidate = nested(flat);
      const parsed = inventoryEventSchema.safeParse(candidate);
      if (parsed.success && faults.size === 0) return { event: parsed.data };
      for (const { path, message } of parsed.error?.issues ?? []) {
        const field = path.join('.');
        // A value that could not be read is missing for that reason.
        if (faults.has(field)) continue;
        const given = valueAt(candidate, path);
        const fault =
          given === undefined ? 'NULL: the event needs it' : `${describeValue(given)}: ${message}`;
        faults.set(field, `${named(field)} is ${fault}`);
      }
      return { reason: [...faults.values()].slice(0, MAX_FAULTS).join('; ') };
    },
    eventIdOf({ values }) {
      const { value } = textOf(values[eventIdIndex]);
      return typeof value === 'string' ? value : undefined;
    },
    sameEventId: (eventId, number) =>
      `${named('eventId')} is ${describeValue(eventId)}: row ${number} has the same, and was sent`,
    contentOf: ({ values }) =>
      Object.fromEntries(fields.map(({ column }, index) => [plainName(column), contentOf(values[index])])),
  };
}

/** Makes `counterpart.version` the `version` of `counterpart`; of an inner object without values there is none. */
function nested(flat: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(flat)) {
    const [outer = field, inner] = field.split('.');
    const object = result[outer];
    result[outer] =
      inner === undefined ? value : { ...(typeof object === 'object' ? object : {}), [inner]: value };
  }
  return result;
}

function contentOf(value: unknown): string | number | boolean | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? 'an impossible date' : value.toISOString();
  }
  const text = value instanceof Uint8Array ? `0x${Buffer.from(value).toString('hex')}` : String(value);
  return text.length > MAX_CONTENT ? `${text.slice(0, MAX_CONTENT)}…` : text;
}
