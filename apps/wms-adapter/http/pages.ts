import type { Context } from 'hono';
import { z } from 'zod';
import { queryNumber } from '../../../shared/contracts/query-number.ts';
import { fieldErrors, fieldErrorsText } from '../../../shared/http/problem-details.ts';
import { InvalidCursorError, type Page } from '../page.ts';
import { ProblemException } from './problem.ts';

/** How long a page of a list is: `usual` unless it is told. */
export function limitSchema(usual: number, most: number) {
  return queryNumber(1, most).default(usual);
}

/** Where a page of a list begins and how long it is. */
export const pageQuerySchema = z.object({
  after: z.string().max(1_024).optional(),
  limit: limitSchema(1_000, 5_000),
});

/** The query of a call. @throws ProblemException 400 naming what is wrong with it. */
export function readQuery<Schema extends z.ZodType>(context: Context, schema: Schema): z.output<Schema> {
  const query = context.req.query();
  const parsed = schema.safeParse(query);
  if (!parsed.success) {
    const errors = fieldErrors(parsed.error, query);
    const detail = fieldErrorsText(errors);
    throw new ProblemException(400, 'The query is not valid', { detail, errors });
  }
  return parsed.data;
}

/** Reads a page. @throws ProblemException 400 for an `after` that no page gave out. */
export async function page<Result>(readPage: () => Promise<Result>): Promise<Result> {
  try {
    return await readPage();
  } catch (error) {
    if (error instanceof InvalidCursorError) {
      throw new ProblemException(400, 'The query is not valid', { detail: `after: ${error.message}` });
    }
    throw error;
  }
}

/** A page as it is answered, its rows under the name that they have there. */
export function listed<Row, Name extends string>(name: Name, { rows, next }: Page<Row>) {
  return { [name]: rows, ...(next !== undefined && { next }) };
}
