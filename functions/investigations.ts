import type { HttpResponseInit, InvocationContext } from '@azure/functions';
import type { z } from 'zod';
import {
  assignmentSchema,
  closureSchema,
  explanationRequestSchema,
  type Investigation,
  type InvestigationSummary,
  investigationIdSchema,
  investigationsQuerySchema,
  recountRequestSchema,
} from '../shared/contracts/investigation.ts';
import type { InvestigationRefusal } from '../shared/domain/investigation.ts';
import { act, type UserAction } from '../shared/investigation/act.ts';
import { recordAction } from '../shared/ports/record-action.ts';
import { investigationPorts } from './composition/investigations.ts';
import { services } from './composition/services.ts';
import { jsonBodyBy } from './edge/body-by.ts';
import { httpRoute, pathParameter, queryParameters } from './edge/http.ts';
import { orchestrationsOf, WITH_ORCHESTRATIONS } from './edge/orchestrations.ts';
import { pageAfter } from './edge/page-after.ts';
import { Problem } from './edge/problem.ts';

const ONE = 'investigations/{investigationId}';

httpRoute('investigations-list', {
  route: 'investigations',
  role: 'reader',
  methods: ['GET'],
  handler: async (request) => {
    const query = queryParameters(request, investigationsQuerySchema);
    const { rows, ...page } = await pageAfter(query.continuationToken, () =>
      investigationPorts.investigations.list(query),
    );
    return { jsonBody: { investigations: rows.map(summaryOf), ...page } };
  },
});

httpRoute('investigation-read', {
  route: ONE,
  role: 'reader',
  methods: ['GET'],
  handler: async (request) => {
    const investigationId = pathParameter(request, 'investigationId', investigationIdSchema);
    const stored = await investigationPorts.investigations.read(investigationId);
    if (!stored) throw unknown(investigationId);
    return { jsonBody: stored.investigation };
  },
});

actionRoute('investigation-assign', 'assignment', assignmentSchema, (body) => ({ kind: 'assign', ...body }));

actionRoute('investigation-recount', 'recount', recountRequestSchema, (body) => ({
  kind: 'ask-recount',
  ...body,
}));

actionRoute('investigation-explain', 'explanation', explanationRequestSchema, (body) => ({
  kind: 'explain',
  ...body,
}));

actionRoute('investigation-close', 'closure', closureSchema, (body) => ({ kind: 'close', ...body }));

/** What a user does with one investigation: `POST` of what the schema says. */
function actionRoute<Body extends { by: string }>(
  name: string,
  path: string,
  schema: z.ZodType<Body>,
  actionOf: (body: Body) => UserAction,
): void {
  httpRoute(name, {
    ...WITH_ORCHESTRATIONS,
    route: `${ONE}/${path}`,
    role: 'controller',
    methods: ['POST'],
    handler: async (request, context, person) => {
      const investigationId = pathParameter(request, 'investigationId', investigationIdSchema);
      return done(investigationId, actionOf(await jsonBodyBy(request, schema, person)), context);
    },
  });
}

/** What the action log calls it. */
const KINDS = {
  assign: 'assign-investigation',
  'ask-recount': 'ask-recount',
  explain: 'explain-investigation',
  close: 'close-investigation',
} as const;

async function done(
  investigationId: string,
  action: UserAction,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  const ports = { ...investigationPorts, orchestrations: orchestrationsOf(context) };
  const intent = { kind: KINDS[action.kind], by: action.by } as const;
  const acted = await recordAction(services.quarantine, intent, async (did) => {
    const result = await act(ports, investigationId, action);
    if (result.status !== 'unknown' && result.status !== 'refused') did([investigationId]);
    return result;
  });
  if (acted.status === 'unknown') throw unknown(investigationId);
  if (acted.status === 'refused') throw refused(acted, action);
  return { jsonBody: acted.investigation };
}

function summaryOf(investigation: Investigation): InvestigationSummary {
  const { discrepancies: _discrepancies, steps: _steps, ...summary } = investigation;
  return summary;
}

/** What has to happen before it may. */
const FIRST: Readonly<Record<UserAction['kind'], string>> = {
  assign: 'a new one opens when something is found again',
  explain: 'a new one opens when something is found again',
  'ask-recount': 'wait for the recount that is asked, or explain it',
  close: 'explain it first',
};

function refused({ reason, investigation }: InvestigationRefusal, { kind }: UserAction): Problem {
  const { investigationId, status } = investigation;
  if (reason === 'no-position') {
    const detail =
      'name positions: none of its discrepancies is about one that can be counted (given: nothing)';
    const errors = [{ pointer: '/positions', detail }];
    return new Problem({
      status: 400,
      title: 'The request is not valid',
      detail: '1 field is not valid.',
      errors,
    });
  }
  const why =
    reason === 'whole-warehouse'
      ? 'is of a whole warehouse: there is no item to count'
      : `is ${status}; ${status === 'closed' ? FIRST.assign : FIRST[kind]}`;
  return new Problem({
    ...{ status: 409, title: 'The investigation does not allow it now' },
    detail: `Investigation ${investigationId} ${why}.`,
  });
}

function unknown(investigationId: string): Problem {
  const detail = `There is no investigation ${investigationId}.`;
  return new Problem({ status: 404, title: 'No such investigation', detail });
}
