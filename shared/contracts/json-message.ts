import type { z } from 'zod';
import { primitiveText, valueAt } from './schema-issue.ts';

/** Why a message was parked instead of taken in. */
export type Refusal = {
  readonly reason:
    | 'too-large'
    | 'not-utf-8'
    | 'not-json'
    | 'invalid-event'
    | 'unknown-warehouse'
    | 'from-the-future'
    | 'unversioned-event-for-versioned-position'
    | 'document-too-large'
    | 'invalid-decision'
    | 'unknown-allocation'
    | 'decided-elsewhere'
    | 'invalid-stock-change';
  /** One sentence that names the field and the value. */
  readonly detail: string;
};

export type JsonMessage<Value> =
  | { readonly accepted: true; readonly value: Value }
  | { readonly accepted: false; readonly refusal: Refusal };

/** No message of the contracts comes near this; what does is not ours. Bytes. */
export const MAX_MESSAGE_BYTES = 64 * 1024;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The JSON of a message body that satisfies a schema, or in one sentence why it does not. */
export function readJsonMessage<Schema extends z.ZodType>(
  body: Uint8Array,
  schema: Schema,
  invalid: Refusal['reason'],
): JsonMessage<z.output<Schema>> {
  if (body.byteLength > MAX_MESSAGE_BYTES) {
    return refuse(
      'too-large',
      `The body has ${body.byteLength} bytes; at most ${MAX_MESSAGE_BYTES} are taken.`,
    );
  }
  let text: string;
  try {
    text = utf8.decode(body);
  } catch {
    return refuse('not-utf-8', 'The body is not valid UTF-8.');
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return refuse(
      'not-json',
      `The body is not JSON: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { accepted: true, value: parsed.data };
  const issues = parsed.error.issues.slice(0, 5).map(({ path, message }) => {
    const field = path.join('.') || 'the body';
    return `${field} ${describeValue(valueAt(json, path))}: ${message}`;
  });
  return refuse(invalid, issues.join('; '));
}

/** A value as a sentence shows it: the JSON of a primitive, at most 80 characters, else "an array" or "an object". */
export function describeValue(value: unknown): string {
  if (value === undefined) return '(missing)';
  const text = primitiveText(value, 80) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function refuse(reason: Refusal['reason'], detail: string): { accepted: false; refusal: Refusal } {
  return { accepted: false, refusal: { reason, detail } };
}
