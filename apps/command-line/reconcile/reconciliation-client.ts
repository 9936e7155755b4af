import type { z } from 'zod';
import { problemDetailsSchema } from '../../../shared/contracts/problem-details.ts';
import {
  acceptedRunSchema,
  type Discrepancies,
  discrepanciesSchema,
  type Run,
  type runRequestSchema,
  runSchema,
} from '../../../shared/contracts/reconciliation.ts';
import { fieldErrorsText } from '../../../shared/http/problem-details.ts';
import type { FunctionsApp } from './settings.ts';

/** Thrown when the functions app does not answer, or refuses. The message is one line and says what to do. */
export class ReconciliationApiError extends Error {
  override readonly name = 'ReconciliationApiError';
  /** Whether the same request may be taken later. */
  readonly isPassing: boolean;

  constructor(message: string, isPassing: boolean) {
    super(message);
    this.isPassing = isPassing;
  }
}

const TIMEOUT_MS = 30_000;

/** What of the API of runs the command needs. Calls throw {ReconciliationApiError}. */
export type ReconciliationClient = {
  /** Asks for a run; answers its id. */
  request(wanted: z.input<typeof runRequestSchema>): Promise<string>;
  run(runId: string): Promise<Run>;
  /** The first `top` of what a run found. */
  discrepancies(runId: string, top: number): Promise<Discrepancies>;
};

export function reconciliationClient(app: FunctionsApp): ReconciliationClient {
  const runs = `${app.url}/api/reconciliation/runs`;
  return {
    request: async (wanted) => {
      const body = JSON.stringify(wanted);
      const accepted = await call(app, runs, acceptedRunSchema, { method: 'POST', body });
      return accepted.runId;
    },
    run: (runId) => call(app, `${runs}/${runId}`, runSchema),
    discrepancies: (runId, top) =>
      call(app, `${runs}/${runId}/discrepancies?top=${top}`, discrepanciesSchema),
  };
}

async function call<Schema extends z.ZodType>(
  { url, key }: FunctionsApp,
  address: string,
  schema: Schema,
  request: { readonly method?: string; readonly body?: string } = {},
): Promise<z.output<Schema>> {
  const headers = {
    'content-type': 'application/json',
    ...(key !== undefined && { 'x-functions-key': key }),
  };
  let response: Response;
  try {
    response = await fetch(address, {
      ...request,
      headers,
      // The key is for the app that was named; `fetch` would take it along to wherever that sends.
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    throw new ReconciliationApiError(
      `The functions app does not answer at ${url}: start it (npm start), or say where it runs with --url or STOCKBRIDGE_FUNCTIONS_URL.`,
      true,
    );
  }
  refuseElsewhere(url, address, response);
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw refusal(url, response.status, body);
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const what = `${issue?.path.join('.') || 'the body'} ${issue?.message}`;
  throw new ReconciliationApiError(
    `What answers at ${url} is no functions app of Stockbridge: ${what}.`,
    false,
  );
}

function refuseElsewhere(url: string, address: string, { status, headers }: Response): void {
  const location = headers.get('location');
  if (status < 300 || status >= 400 || location === null) return;
  const elsewhere = URL.parse(location, address)?.origin ?? 'no address';
  throw new ReconciliationApiError(
    `The functions app at ${url} sends to ${elsewhere}: if that is the functions app, say so with --url or STOCKBRIDGE_FUNCTIONS_URL.`,
    false,
  );
}

function refusal(url: string, status: number, body: unknown): ReconciliationApiError {
  if (status === 401)
    return new ReconciliationApiError(
      `The functions app at ${url} asks for a function key: set STOCKBRIDGE_FUNCTIONS_KEY.`,
      false,
    );
  const problem = problemDetailsSchema.safeParse(body).data;
  const errors = problem?.errors?.map((error) => ({ ...error, pointer: optionOf(error.pointer) }));
  const why = errors ? fieldErrorsText(errors) : (problem?.detail ?? problem?.title ?? 'it does not say why');
  return new ReconciliationApiError(`The functions app at ${url} answered ${status}: ${why}`, status >= 500);
}

const OPTIONS: Readonly<Record<string, string>> = {
  '/mode': '/--full',
  '/warehouseId': '/--warehouse',
  '/itemIdFrom': '/--from',
  '/itemIdTo': '/--to',
  '/acceptRestore': '/--accept-restore',
};

/** The option by which the field was given; `fieldErrorsText` leaves out what comes first. */
function optionOf(pointer: string): string {
  return OPTIONS[pointer] ?? pointer;
}
