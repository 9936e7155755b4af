import type { HttpRequest } from '@azure/functions';
import { A_PROGRAM } from '../shared/contracts/actions.ts';
import {
  acceptedRunSchema,
  accuracyQuerySchema,
  discrepanciesQuerySchema,
  runIdSchema,
  runRequestSchema,
  runsQuerySchema,
} from '../shared/contracts/reconciliation.ts';
import { recordAction } from '../shared/ports/record-action.ts';
import { listDiscrepancies, listRuns, readAccuracy } from '../shared/reconciliation/read-runs.ts';
import { requestRun } from '../shared/reconciliation/request-run.ts';
import { activeTrace, describeWork } from '../shared/telemetry/spans.ts';
import { NOT_CONFIGURED, reconciliation } from './composition/reconciliation.ts';
import { services } from './composition/services.ts';
import { httpRoute, jsonBody, pathParameter, queryParameters } from './edge/http.ts';
import { servedOnly } from './edge/known-warehouses.ts';
import { orchestrationsOf, WITH_ORCHESTRATIONS } from './edge/orchestrations.ts';
import { pageAfter } from './edge/page-after.ts';
import { Problem } from './edge/problem.ts';

const RUNS = 'reconciliation/runs';

const { warehouses } = services.options;
const wantedRunSchema = servedOnly(runRequestSchema, warehouses);
const wantedDiscrepanciesSchema = servedOnly(discrepanciesQuerySchema, warehouses);
const wantedAccuracySchema = servedOnly(accuracyQuerySchema, warehouses);

httpRoute('reconciliation-run', {
  ...WITH_ORCHESTRATIONS,
  route: RUNS,
  role: 'controller',
  methods: ['POST'],
  handler: async (request, context, person) => {
    const wanted = await jsonBody(request, wantedRunSchema);
    if (!reconciliation.wms)
      throw new Problem({ status: 503, title: 'Not configured', detail: NOT_CONFIGURED });
    const ports = { ...reconciliation, orchestrations: orchestrationsOf(context), trace: activeTrace() };
    const intent = { kind: 'request-reconciliation', by: person?.name ?? A_PROGRAM, asked: wanted } as const;
    const { runId, status } = await recordAction(services.quarantine, intent, async (did) => {
      const run = await requestRun(wanted, ports);
      did([run.runId]);
      describeWork({ 'run.id': run.runId });
      return run;
    });
    const self = `/api/${RUNS}/${runId}`;
    const links = { self, discrepancies: `${self}/discrepancies` };
    return {
      status: 202,
      headers: { location: self },
      jsonBody: acceptedRunSchema.parse({ runId, status, links }),
    };
  },
});

httpRoute('reconciliation-runs-list', {
  route: RUNS,
  role: 'reader',
  methods: ['GET'],
  handler: async (request) => {
    const query = queryParameters(request, runsQuerySchema);
    return { jsonBody: await pageAfter(query.continuationToken, () => listRuns(query, reconciliation)) };
  },
});

httpRoute('reconciliation-run-read', {
  route: `${RUNS}/{runId}`,
  role: 'reader',
  methods: ['GET'],
  handler: async (request) => {
    const runId = runIdOf(request);
    const run = await reconciliation.store.run(runId);
    if (!run) throw unknownRun(runId);
    return { jsonBody: run };
  },
});

httpRoute('reconciliation-discrepancies', {
  route: `${RUNS}/{runId}/discrepancies`,
  role: 'reader',
  methods: ['GET'],
  handler: async (request) => {
    const runId = runIdOf(request);
    const query = queryParameters(request, wantedDiscrepanciesSchema);
    const list = () => listDiscrepancies(runId, query, reconciliation);
    const found = await pageAfter(query.continuationToken, list);
    if (!found) throw unknownRun(runId);
    return { jsonBody: found };
  },
});

/** How often both sides agreed, run by run. */
httpRoute('reconciliation-accuracy', {
  route: 'reconciliation/accuracy',
  role: 'reader',
  methods: ['GET'],
  handler: async (request) => {
    const query = queryParameters(request, wantedAccuracySchema);
    const accuracy = await readAccuracy(query, reconciliation);
    if ('empty' in accuracy) throw emptyRange(accuracy);
    return { jsonBody: accuracy };
  },
});

function runIdOf(request: HttpRequest): string {
  return pathParameter(request, 'runId', runIdSchema);
}

function unknownRun(runId: string): Problem {
  return new Problem({ status: 404, title: 'No such run', detail: `No run ${runId} was asked for.` });
}

function emptyRange({ from, to }: { from: string; to: string }): Problem {
  return new Problem({
    status: 400,
    title: 'The request is not valid',
    detail: '1 field is not valid.',
    errors: [{ pointer: '/from', detail: `must be before to, ${to} (given: ${JSON.stringify(from)})` }],
  });
}
