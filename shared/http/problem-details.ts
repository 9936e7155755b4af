import type { z } from 'zod';
import type { ProblemDetails } from '../contracts/problem-details.ts';
import { primitiveText, valueAt } from '../contracts/schema-issue.ts';

/** One field at fault: a JSON pointer and what is wrong with its value. */
export type FieldError = NonNullable<ProblemDetails['errors']>[number];

/** So many fields at fault are named. */
const MAX_ERRORS = 50;

/** So many characters of what a caller sent are shown. */
const MAX_SHOWN = 80;

/**
 * What of `value` does not keep a schema, each with a JSON pointer (RFC 6901) and the value that was given. `name` is
 * the parameter's, where `value` is the value of one.
 */
export function fieldErrors(error: z.ZodError, value: unknown, name?: string): FieldError[] {
  const start = name === undefined ? [] : [name];
  return error.issues.slice(0, MAX_ERRORS).map(({ path, message }) => ({
    pointer: [...start, ...path].map(pointerStep).join(''),
    detail: `${message} (given: ${shown(valueAt(value, path))})`,
  }));
}

/**
 * Fields at fault as one sentence: `quantity: must be positive; lotNumber: …`. `whole` stands where the value itself is
 * at fault, and none of its fields.
 */
export function fieldErrorsText(errors: readonly FieldError[], whole = ''): string {
  return errors.map(({ pointer, detail }) => `${pointer.slice(1) || whole}: ${detail}`).join('; ');
}

/** True for `application/json` and `application/…+json`, with or without parameters (RFC 6839, 3.1). */
export function isJsonMediaType(contentType: string): boolean {
  return /^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(contentType);
}

/** What a caller sent, cut to 80 characters, for a sentence that says it back. */
export function shortened(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

function pointerStep(key: PropertyKey): string {
  return `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function shown(value: unknown): string {
  return shortened(primitiveText(value, MAX_SHOWN) ?? 'nothing');
}
