import { readFileSync } from 'node:fs';
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import { z } from 'zod';
import { inventoryEventSchema } from '../../../shared/contracts/inventory-event.ts';
import { describeValue } from '../../../shared/contracts/json-message.ts';
import { valueAt } from '../../../shared/contracts/schema-issue.ts';
import { SettingError } from '../../../shared/settings.ts';
import { type SqlName, sqlNameSchema } from './sql-name.ts';

/** How the value of a column becomes the value of an event's field. */
type FieldKind = 'text' | 'number' | 'timestamp' | 'event-type';

/**
 * The fields of an inventory event (`shared/contracts/inventory-event.ts`) that a column can give, those of an inner
 * object with its name before a dot. `schemaVersion` is not among them: it says what this adapter writes.
 */
export const EVENT_FIELDS = {
  eventId: 'text',
  timestamp: 'timestamp',
  eventType: 'event-type',
  itemId: 'text',
  warehouseId: 'text',
  locationId: 'text',
  lotNumber: 'text',
  quantityChange: 'number',
  resultingOnHand: 'number',
  transactionId: 'text',
  scannerId: 'text',
  userId: 'text',
  version: 'number',
  scannedAt: 'timestamp',
  scannedQuantity: 'number',
  'counterpart.locationId': 'text',
  'counterpart.lotNumber': 'text',
  'counterpart.quantityChange': 'number',
  'counterpart.resultingOnHand': 'number',
  'counterpart.version': 'number',
  'countLock.lockId': 'text',
  'countLock.until': 'timestamp',
  allocationId: 'text',
  orderId: 'text',
  lineId: 'text',
  allocationPicked: 'number',
  expectedReceiptId: 'text',
} as const satisfies Record<string, FieldKind>;

export type EventField = keyof typeof EVENT_FIELDS;

/** Fields that may be the same for every row. */
const CONSTANT_FIELDS = [
  'eventType',
  'warehouseId',
  'locationId',
  'lotNumber',
  'scannerId',
  'userId',
] as const satisfies readonly EventField[];

const columnSchema = sqlNameSchema(1);

const columns = Object.fromEntries(
  Object.keys(EVENT_FIELDS).map((field) => [field, columnSchema.optional()]),
) as Record<EventField, z.ZodOptional<typeof columnSchema>>;

const constants = Object.fromEntries(
  CONSTANT_FIELDS.map((field) => [field, inventoryEventSchema.shape[field].optional()]),
);

const startAfter = z
  .union([z.int(), z.string().regex(/^\d{1,18}$/)], 'must be a whole number')
  .transform(BigInt)
  .optional();
const NOT_NEGATIVE = 'must be a whole number, 0 or more';

const orderSchema = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('commit-ordered'), column: columnSchema, startAfter }),
    z.strictObject({
      kind: z.literal('rowversion'),
      column: columnSchema,
      startAfter: startAfter.refine((number) => (number ?? 0n) >= 0n, NOT_NEGATIVE),
    }),
    z.strictObject({
      kind: z.literal('overlap'),
      column: columnSchema,
      startAfter,
      overlapSeconds: z.int().min(1).max(86_400).default(300),
    }),
  ],
  { error: (issue) => (issue.code === 'invalid_union' ? KIND_HINT : undefined) },
);
const KIND_HINT = 'must be "commit-ordered", "rowversion" or "overlap"';

/** What is read, how its columns become events, and in which order. Written by the operator, in JSON with comments. */
const outboxSettingsSchema = z.strictObject({
  /** Table or view. */
  source: sqlNameSchema(2),
  /** The column of each field of the event. */
  columns: z.strictObject(columns),
  /** Fields that are the same for every row. */
  constants: z.strictObject(constants).default({}),
  /** Types of event by the WMS's own names of them; without it the column holds ours. */
  eventTypes: z.record(z.string(), inventoryEventSchema.shape.eventType).optional(),
  order: orderSchema,
  /** Milliseconds between two looks at a source that has nothing new. */
  pollMilliseconds: z.int().min(100).max(60_000).default(1_000),
  /** Rows read and sent at a time; bounds the memory. */
  pageSize: z.int().min(1).max(5_000).default(1_000),
});

export type OutboxSettings = z.infer<typeof outboxSettingsSchema>;

/** The fields that have a column, in the order in which their values are read. */
export function mappedFields({
  columns,
}: Pick<OutboxSettings, 'columns'>): { field: EventField; column: SqlName }[] {
  // Its keys are those of the schema.
  const entries = Object.entries(columns) as [EventField, SqlName | undefined][];
  return entries.flatMap(([field, column]) => (column === undefined ? [] : { field, column }));
}

/**
 * Reads and checks the file of setting `STOCKBRIDGE_WMS_OUTBOX`.
 * @throws SettingError, one line: the file, the field, its value and what is wrong with it.
 */
export function readOutboxSettings(file: string): OutboxSettings {
  try {
    return parseOutboxSettings(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new SettingError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The same for the text of such a file. @throws SettingError as above, without the file. */
export function parseOutboxSettings(text: string): OutboxSettings {
  const errors: ParseError[] = [];
  const value: unknown = parse(text.replace(/^\uFEFF/, ''), errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first) {
    const line = text.slice(0, first.offset).split('\n').length;
    throw new SettingError(`not valid JSON: ${printParseErrorCode(first.error)} in line ${line}`);
  }
  const parsed = outboxSettingsSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new SettingError(issue === undefined ? 'not valid' : faultOf(issue, value));
  }
  checkFields(parsed.data);
  return parsed.data;
}

function faultOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    return `${nameOf([...issue.path, key])} is not a setting: see docs/existing-wms.md for those there are`;
  }
  const given = valueAt(value, issue.path);
  return given === undefined
    ? `${nameOf(issue.path)} is missing: ${issue.message}`
    : `${nameOf(issue.path)} is ${describeValue(given)}: ${issue.message}`;
}

function nameOf(path: readonly PropertyKey[]): string {
  return path.map(String).join('.') || 'the file';
}

/** @throws SettingError for a field that is given by nothing, or twice, and for types that nothing is looked up in. */
function checkFields({ columns, constants, eventTypes }: OutboxSettings): void {
  const given = new Set([...Object.keys(columns), ...Object.keys(constants)]);
  for (const [field, schema] of Object.entries(inventoryEventSchema.shape)) {
    if (given.has(field) || schema.safeParse(undefined).success) continue;
    const orConstant = CONSTANT_FIELDS.some((one) => one === field)
      ? ', from a column or from constants'
      : '';
    throw new SettingError(`columns.${field} is missing: every event needs it${orConstant}`);
  }
  for (const field of CONSTANT_FIELDS) {
    if (columns[field] !== undefined && field in constants) {
      throw new SettingError(`constants.${field} and columns.${field} are both there: keep one of them`);
    }
  }
  if (eventTypes !== undefined && columns.eventType === undefined) {
    throw new SettingError('eventTypes is there without columns.eventType: name the column it translates');
  }
}
