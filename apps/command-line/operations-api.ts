import { z } from 'zod';
import { actionsSchema } from '../../shared/contracts/actions.ts';
import { allocationCountsSchema } from '../../shared/contracts/allocation-counts.ts';
import { backlogSchema } from '../../shared/contracts/backlog.ts';
import { figuresSchema } from '../../shared/contracts/figures.ts';
import { healthSchema } from '../../shared/contracts/health.ts';
import { stockHistorySchema } from '../../shared/contracts/history.ts';
import { investigationsSchema } from '../../shared/contracts/investigation.ts';
import { openPromisesSchema } from '../../shared/contracts/open-promises.ts';
import {
  deleteResultSchema,
  quarantineCountsSchema,
  quarantinePageSchema,
  replayResultSchema,
  type restoreRequestSchema,
  restoreResultSchema,
} from '../../shared/contracts/quarantine.ts';
import {
  acceptedRunSchema,
  accuracySchema,
  discrepanciesSchema,
  type runRequestSchema,
  runSchema,
  runsSchema,
} from '../../shared/contracts/reconciliation.ts';
import { type ApiOptions, apiCaller, path } from '../oms-client/call-api.ts';
import type { filterQuery, Selection } from './messages/selection.ts';

export type OperationsApi = ReturnType<typeof operationsApi>;
export type AdapterApi = ReturnType<typeof adapterApi>;

type Page = { readonly continuationToken?: string | undefined };
type Signed = { readonly by: string; readonly why?: string | undefined };

/** Calls about many messages work for a minute, and their stores may make them wait at the end of it. Milliseconds. */
const LONG_CALL_MS = 150_000;

/** What of the API the people who run the fabric need. Calls throw {@link StockbridgeError}. */
export function operationsApi(options: ApiOptions) {
  const call = apiCaller(options);
  const callLong = apiCaller({ ...options, timeoutMs: LONG_CALL_MS });
  return {
    /** Of every part; also where one does not answer. */
    health: () => call({ method: 'GET', path: 'health', alsoReads: 503 }, healthSchema),

    /** Of the last so many minutes. */
    figures: (minutes: number) => call({ method: 'GET', path: 'figures', query: { minutes } }, figuresSchema),

    /** What waits on the bus. */
    backlog: () => call({ method: 'GET', path: 'backlog' }, backlogSchema),

    /** Lines of orders and carts by state: those that are open, and those of orders that came to an end within a day. */
    allocationCounts: () => call({ method: 'GET', path: 'allocations/counts' }, allocationCountsSchema),

    /** Who holds pieces of an item, or waits for them. */
    promises: (itemId: string) =>
      call({ method: 'GET', path: path`items/${itemId}/promises` }, openPromisesSchema),

    openInvestigations: (page: Page) =>
      call(
        { method: 'GET', path: 'investigations', query: { status: 'open', top: 200, ...page } },
        investigationsSchema,
      ),

    quarantine: (query: Page & ReturnType<typeof filterQuery> & { readonly limit: number }) =>
      call({ method: 'GET', path: 'quarantine', query }, quarantinePageSchema),

    quarantineCounts: () => call({ method: 'GET', path: 'quarantine/counts' }, quarantineCountsSchema),

    /** Once only: a message that was sent is unknown the second time. */
    replay: (body: Selection & Signed & { readonly perSecond: number }) =>
      callLong({ method: 'POST', path: 'quarantine/replay', body, isOnceOnly: true }, replayResultSchema),

    /** Once only, as above. */
    deleteMessages: (body: Selection & Signed) =>
      callLong({ method: 'POST', path: 'quarantine/delete', body, isOnceOnly: true }, deleteResultSchema),

    /** Once only, as above. */
    restoreMessages: (body: z.input<typeof restoreRequestSchema>) =>
      callLong({ method: 'POST', path: 'quarantine/restore', body, isOnceOnly: true }, restoreResultSchema),

    /** The newest `top`. */
    actions: (top: number) => call({ method: 'GET', path: 'actions', query: { top } }, actionsSchema),

    accuracySince: (from: string) =>
      call({ method: 'GET', path: 'reconciliation/accuracy', query: { from } }, accuracySchema),

    runs: (top: number) => call({ method: 'GET', path: 'reconciliation/runs', query: { top } }, runsSchema),

    /** Once only: asking twice makes two runs. */
    requestRun: (body: z.input<typeof runRequestSchema>) =>
      call({ method: 'POST', path: 'reconciliation/runs', body, isOnceOnly: true }, acceptedRunSchema),

    run: (runId: string) => call({ method: 'GET', path: path`reconciliation/runs/${runId}` }, runSchema),

    /** The first `top` of what a run found. */
    discrepancies: (runId: string, top: number) =>
      call(
        { method: 'GET', path: path`reconciliation/runs/${runId}/discrepancies`, query: { top } },
        discrepanciesSchema,
      ),

    history: (
      itemId: string,
      warehouseId: string,
      query: { readonly limit: number; readonly after?: string },
    ) =>
      call(
        { method: 'GET', path: path`items/${itemId}/warehouses/${warehouseId}/history`, query },
        stockHistorySchema,
      ),
  };
}

const adapterHealthSchema = z.object({
  status: z.enum(['ready', 'not-ready']),
  database: z.string(),
  bus: z.string(),
  outbox: z.object({ unsent: z.int(), parked: z.int(), oldestAgeMs: z.int() }).optional(),
});
export type AdapterHealth = z.infer<typeof adapterHealthSchema>;

/** What of the WMS adapter's API they need. `key` is the adapter's own. */
export function adapterApi(adapter: { readonly url: string; readonly key: string | undefined }) {
  const call = apiCaller({ ...adapter, keyHeader: 'x-api-key', patienceMs: 0, timeoutMs: 5_000 });
  return {
    health: () => call({ method: 'GET', path: 'v1/health', alsoReads: 503 }, adapterHealthSchema),
  };
}
