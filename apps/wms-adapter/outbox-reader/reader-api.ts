import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { authenticate } from '../http/authentication.ts';
import type { ApiEnvironment } from '../http/call.ts';
import { readBody } from '../http/json-body.ts';
import { limitSchema, readQuery } from '../http/pages.ts';
import { checkPath, refuseOtherMethods } from '../http/path.ts';
import { ProblemException, problemResponse } from '../http/problem.ts';
import type { Settings } from '../settings.ts';
import { PartAwayError } from './availability.ts';
import type { ParkedPlace, ParkedRow, ParkedRows } from './parked-rows.ts';
import type { Reader } from './reader.ts';

export interface ReaderApiParts {
  readonly settings: Pick<Settings, 'key' | 'keyRequired'>;
  readonly reader: Pick<Reader, 'status' | 'replay'>;
  readonly parked: Pick<ParkedRows, 'list'>;
  readonly log: (line: string) => void;
}

const USUAL_LIMIT = 100;
const MAX_LIMIT = 1_000;
const MAX_IDS = 1_000;

/** The WMS's own devices do not call here. */
const NO_DEVICES = { deviceOfKey: async () => undefined };

const PLACE_HINT = 'must be the id of a parked row, as `next` gave it';
/** Id of a parked row: its number, a colon and what tells it apart. */
const placeSchema = z
  .string()
  .max(200)
  .regex(/^-?\d{1,19}:/, PLACE_HINT)
  .transform((id): ParkedPlace => ({ id, number: BigInt(id.slice(0, id.indexOf(':'))) }))
  .refine(({ number }) => BigInt.asIntN(64, number) === number, PLACE_HINT);

const listQuerySchema = z.object({
  after: placeSchema.optional(),
  limit: limitSchema(USUAL_LIMIT, MAX_LIMIT),
});

const replayBodySchema = z.union(
  [
    z.strictObject({ ids: z.array(z.string().max(200)).min(1).max(MAX_IDS) }),
    z.strictObject({ after: placeSchema.optional() }),
  ],
  `must be {} for all, {"after": …} to go on, or {"ids": […]} with 1 to ${MAX_IDS} ids`,
);

/**
 * What the adapter answers when it reads an existing WMS's outbox, under `/api/v1`: health, the parked rows, and their
 * replay. All but health needs the key; errors are problem details.
 */
export function createReaderApi({ settings, reader, parked, log }: ReaderApiParts): Hono<ApiEnvironment> {
  const api = new Hono<ApiEnvironment>()
    .get('/health/live', (context) => context.json({ status: 'live' }))
    .get('/health', (context) => health(context, reader))
    .use(authenticate({ settings, registry: NO_DEVICES }))
    .get('/parked', (context) => {
      const { after, limit } = readQuery(context, listQuerySchema);
      const rows = parked.list(after, limit + 1);
      const next = rows.length > limit ? { next: rows[limit - 1]?.id } : {};
      return context.json({ parked: rows.slice(0, limit).map(parkedAnswer), ...next });
    })
    .post('/parked/replay', async (context) =>
      context.json(await reader.replay(await readBody(context, replayBodySchema))),
    );
  refuseOtherMethods(api);

  return new Hono<ApiEnvironment>()
    .use(checkPath)
    .route('/api/v1', api)
    .notFound((context) =>
      problemResponse({
        type: 'about:blank',
        title: 'Not found',
        status: 404,
        detail: `there is no ${context.req.method} ${context.req.path}: this adapter reads an existing WMS and takes no transactions`,
      }),
    )
    .onError((error, context) => {
      if (error instanceof ProblemException) return error.getResponse();
      if (error instanceof PartAwayError) {
        const problem = { type: 'about:blank', title: 'Try again later', status: 503, detail: error.message };
        return problemResponse(problem, { 'retry-after': '5' });
      }
      log(`${context.req.method} ${context.req.path} failed: ${error.stack ?? error.message}`);
      return problemResponse({ type: 'about:blank', title: 'The adapter failed on this call', status: 500 });
    });
}

/**
 * 200 while the source is read, else 503. A bus that is away is told and is no 503: rows wait in the source. The route is
 * open, so it tells figures only: reasons stand in the log, rows in `GET /parked`.
 */
function health(context: Context, reader: Pick<Reader, 'status'>): Response {
  const { source, bus, parked, behind, numberingWentBack, misnumbered, lastReadAt } = reader.status();
  const outbox = {
    parked,
    behind,
    ...(lastReadAt && { lastReadAt: lastReadAt.toISOString() }),
    ...(numberingWentBack && { numberingWentBack }),
    ...(misnumbered && { misnumbered }),
  };
  return source === 'connected'
    ? context.json({ status: 'ready', source, bus, outbox })
    : context.json({ status: 'not-ready', missing: ['source'], source, bus, outbox }, 503);
}

function parkedAnswer({ id, number, reason, parkedAt, content }: ParkedRow) {
  // The reader's own file holds it as JSON.
  const row: unknown = JSON.parse(content);
  return { id, number: String(number), reason, parkedAt, row };
}
