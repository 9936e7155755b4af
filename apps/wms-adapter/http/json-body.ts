import type { Context } from 'hono';
import type { z } from 'zod';
import { fieldErrors, isJsonMediaType } from '../../../shared/http/problem-details.ts';
import { readBodyUpTo } from '../../../shared/http/read-body.ts';
import { ProblemException } from './problem.ts';

/** A request body may have this many bytes. */
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * The JSON of a request. The content type has to say so: a web page can send any other without asking, and a laptop's
 * adapter takes calls without a key.
 *
 * @throws ProblemException 415, 413 or 400 for a body that cannot be read as a whole.
 */
export async function readJson(context: Context): Promise<unknown> {
  const contentType = context.req.header('content-type') ?? '';
  if (!isJsonMediaType(contentType)) {
    const detail = contentType === '' ? 'the call has no content type' : `the content type is ${contentType}`;
    throw new ProblemException(415, 'Send application/json', { detail });
  }
  const text = decode(await readBytes(context));
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ProblemException(400, 'The body is not JSON', {
      detail: error instanceof Error ? error.message : String(error),
    });
  }
}

/** Reads a JSON body of the given shape. @throws ProblemException as `readJson`, and 400 for another shape. */
export async function readBody<Schema extends z.ZodType>(
  context: Context,
  schema: Schema,
): Promise<z.output<Schema>> {
  return checked(schema, await readJson(context));
}

/** As `readBody`; a call without any body means `{}`. For PUT only, which no web page sends without asking. */
export async function readOptionalBody<Schema extends z.ZodType>(
  context: Context,
  schema: Schema,
): Promise<z.output<Schema>> {
  const hasBody = ['content-type', 'transfer-encoding'].some(
    (name) => context.req.header(name) !== undefined,
  );
  return hasBody ? readBody(context, schema) : checked(schema, {});
}

function checked<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (!parsed.success) {
    const errors = fieldErrors(parsed.error, body);
    throw new ProblemException(400, 'The body is not what this call takes', { errors });
  }
  return parsed.data;
}

async function readBytes(context: Context): Promise<Uint8Array> {
  const bytes = await readBodyUpTo(
    MAX_BODY_BYTES,
    context.req.header('content-length'),
    context.req.raw.body,
  );
  if (bytes) return bytes;
  // The rest of the body is not read, so the connection cannot serve another call.
  const headers = { connection: 'close' };
  const detail = `at most ${MAX_BODY_BYTES} bytes are taken`;
  throw new ProblemException(413, 'The body is too large', { detail }, headers);
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ProblemException(400, 'The body is not UTF-8');
  }
}
