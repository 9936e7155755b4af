import type { HttpResponseInit, InvocationContext } from '@azure/functions';
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
import { investigationPorts } from './composition/investigations.ts';
import { httpRoute, pathParameter, queryParameters } from './edge/http.ts';
import { orchestrationsOf, WITH_ORCHESTRATIONS } from './edge/orchestrations.ts';
import { pageAfter } from './edge/page-after.ts';
import { Problem } from './edge/problem.ts';
import { jsonBodyBy } from './edge/signed-in-user.ts';

const ONE = 'investigations/{investigationId}';

httpRoute('investigations-list', {
  route: 'investigations',
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
  methods: ['GET'],
  handler: async (request) => {
    const investigationId = pathParameter(request, 'investigationId', investigationIdSchema);
    const stored = await investigationPorts.investigations.read(investigationId);
    if (!stored) throw unknown(investigationId);
    return { jsonBody: stored.investigation };
  },
});

httpRoute('investigation-assign', {
  ...WITH_ORCHESTRATIONS,
  route: `${ONE}/assignment`,
  methods: ['POST'],
  handler: async (request, context) => {
    const investigationId = pathParameter(request, 'investigationId', investigationIdSchema);
    const body = await jsonBodyBy(request, assignmentSchema);
    return done(investigationId, { kind: 'assign', ...body }, context);
  },
});

httpRoute('investigation-recount', {
  ...WITH_ORCHESTRATIONS,
  route: `${ONE}/recount`,
  methods: ['POST'],
  handler: async (request, context) => {
    const investigationId = pathParameter(request, 'investigationId', investigationIdSchema);
    const body = await jsonBodyBy(request, recountRequestSchema);
    return done(investigationId, { kind: 'ask-recount', ...body }, context);
  },
});

httpRoute('investigation-explain', {
  ...WITH_ORCHESTRATIONS,
  route: `${ONE}/explanation`,
  methods: ['POST'],
  handler: async (request, context) => {
    const investigationId = pathParameter(request, 'investigationId', investigationIdSchema);
    const body = await jsonBodyBy(request, explanationRequestSchema);
    return done(investigationId, { kind: 'explain', ...body }, context);
  },
});

httpRoute('investigation-close', {
  ...WITH_ORCHESTRATIONS,
  route: `${ONE}/closure`,
  methods: ['POST'],
  handler: async (request, context) => {
    const investigationId = pathParameter(request, 'investigationId', investigationIdSchema);
    const body = await jsonBodyBy(request, closureSchema);
    return done(investigationId, { kind: 'close', ...body }, context);
  },
});

async function done(
  investigationId: string,
  action: UserAction,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  const ports = { ...investigationPorts, orchestrations: orchestrationsOf(context) };
  const acted = await act(ports, investigationId, action);
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
    const detail = 'name positions: none of its discrepancies is about one (given: nothing)';
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
