import type { Context } from 'hono';
import type { z } from 'zod';
import { fieldErrors, isJsonMediaType, shortened } from '../../../shared/http/problem-details.ts';
import { ProblemException } from './problem.ts';

/** A request body may have this many bytes. */
export const MAX_BODY_BYTES = 1024 * 1024;

/** So much of a larger one is read and thrown away: many callers read the answer only after they have sent all. */
const MAX_DISCARDED_BYTES = 16 * MAX_BODY_BYTES;

/**
 * The JSON of a request. The content type has to say so: a web page can send any other without asking, and a laptop's
 * adapter takes calls without a key.
 *
 * @throws ProblemException 415, 413 or 400 for a body that cannot be read as a whole.
 */
export async function readJson(context: Context): Promise<unknown> {
  const contentType = context.req.header('content-type') ?? '';
  if (!isJsonMediaType(contentType)) {
    const detail =
      contentType === '' ? 'the call has no content type' : `the content type is ${shortened(contentType)}`;
    throw new ProblemException(415, 'Send application/json', { detail });
  }
  const text = decode(await readBytes(context));
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ProblemException(400, NOT_JSON, {
      detail: error instanceof Error ? error.message : String(error),
    });
  }
}

const NOT_JSON = 'The body is not JSON';

/** Reads a JSON body of the given shape. @throws ProblemException as `readJson`, and 400 for another shape. */
export async function readBody<Schema extends z.ZodType>(
  context: Context,
  schema: Schema,
): Promise<z.output<Schema>> {
  return checked(schema, await readJson(context));
}

/** As `readBody`; a call without any body means `{}`. For PUT, which no web page sends without asking, and where the path holds what no page can know. */
export async function readOptionalBody<Schema extends z.ZodType>(
  context: Context,
  schema: Schema,
): Promise<z.output<Schema>> {
  const hasBody = ['content-type', 'transfer-encoding'].some(
    (name) => context.req.header(name) !== undefined,
  );
  return hasBody ? readBody(context, schema) : checked(schema, {});
}

/** As `readBody`, for one that holds a secret in field `secret`: an error says nothing of what was sent there. */
export async function readSecretBody<Schema extends z.ZodType>(
  context: Context,
  schema: Schema,
  secret: string,
): Promise<z.output<Schema>> {
  const body = await readJson(context).catch((error) => {
    // What is no JSON is shown as it was sent.
    const isShown = error instanceof ProblemException && error.problem.title === NOT_JSON;
    throw isShown ? new ProblemException(400, NOT_JSON) : error;
  });
  return checked(schema, body, secret);
}

function checked<Schema extends z.ZodType>(schema: Schema, body: unknown, secret?: string): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (!parsed.success) {
    const isSent = typeof body === 'object' && body !== null && secret !== undefined && secret in body;
    const errors = fieldErrors(parsed.error, isSent ? { ...body, [secret]: 'not shown' } : body);
    throw new ProblemException(400, 'The body is not what this call takes', { errors });
  }
  return parsed.data;
}

async function readBytes(context: Context): Promise<Uint8Array> {
  const told = context.req.header('content-length');
  if (Number(told ?? 0) > MAX_DISCARDED_BYTES) throw tooLarge();
  const isInLimit = told !== undefined && Number(told) <= MAX_BODY_BYTES;
  const bytes = await (isInLimit ? readWhole(context) : readUpToLimit(context.req.raw.body)).catch(() => {
    // The caller went away: nobody reads the answer, and nothing is wrong here.
    throw new ProblemException(400, 'The body broke off');
  });
  if (bytes === undefined) throw tooLarge();
  return bytes;
}

/** HTTP lets no more through than was told. Read in one go it takes half the time of a stream. */
async function readWhole(context: Context): Promise<Uint8Array> {
  return new Uint8Array(await context.req.arrayBuffer());
}

/** Undefined for a body that is too large. */
async function readUpToLimit(body: AsyncIterable<Uint8Array> | null): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_DISCARDED_BYTES) break;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  }
  return size > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks, size);
}

function tooLarge(): ProblemException {
  const detail = `at most ${MAX_BODY_BYTES} bytes are taken`;
  // What is left of the body is not read, so the connection cannot serve another call.
  return new ProblemException(413, 'The body is too large', { detail }, { connection: 'close' });
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ProblemException(400, 'The body is not UTF-8');
  }
}
