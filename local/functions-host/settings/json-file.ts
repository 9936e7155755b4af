import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import type { z } from 'zod';
import { HostStartError } from '../startup-error.ts';

/**
 * Parses a settings file that may hold comments and trailing commas, and checks its shape.
 * @throws HostStartError naming the file, the line or the member, and what is wrong.
 */
export function parseJsonFile<S extends z.ZodType>(file: string, text: string, schema: S): z.infer<S> {
  const errors: ParseError[] = [];
  const value: unknown = parse(text.replace(/^\uFEFF/, ''), errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first) {
    const line = text.slice(0, first.offset).split('\n').length;
    throw new HostStartError(
      `${file} is not valid JSON: ${printParseErrorCode(first.error)} in line ${line}.`,
    );
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new HostStartError(`${file}: ${issue?.path.join('.') || 'the file'}: ${issue?.message}`);
}
