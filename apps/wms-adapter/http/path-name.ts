import type { Context } from 'hono';
import type { z } from 'zod';
import { fieldErrors, fieldErrorsText } from '../../../shared/http/problem-details.ts';
import { ProblemException } from './problem.ts';

/** A name that stands in the path. @throws ProblemException 400 for one that cannot be. */
export function pathName(context: Context, name: string, schema: z.ZodType<string>): string {
  const value = context.req.param(name) ?? '';
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = fieldErrors(parsed.error, value, name);
  const detail = fieldErrorsText(errors);
  throw new ProblemException(400, 'The path holds no valid name', { detail });
}
