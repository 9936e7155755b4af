import { app } from '@azure/functions';
import {
  quarantineIdSchema,
  quarantineQuerySchema,
  replayRequestSchema,
} from '../shared/contracts/quarantine.ts';
import { InvalidContinuationToken } from '../shared/ports/quarantine-store.ts';
import {
  listQuarantine,
  parkedBody,
  recoverDeadLetters,
  replayQuarantine,
} from '../shared/quarantine/quarantine.ts';
import { services } from './composition/services.ts';
import { httpRoute, jsonBody, pathParameter, queryParameters } from './edge/http.ts';
import { Problem } from './edge/problem.ts';

httpRoute('quarantine-list', {
  route: 'quarantine',
  role: 'reader',
  methods: ['GET'],
  handler: async (request) => {
    const { limit, continuationToken } = queryParameters(request, quarantineQuerySchema);
    try {
      return { jsonBody: await listQuarantine(services.quarantine, limit, continuationToken) };
    } catch (error) {
      throw error instanceof InvalidContinuationToken ? invalidToken(continuationToken) : error;
    }
  },
});

/** The bytes as they came, offered as a download: nobody's browser should interpret them. */
httpRoute('quarantine-body', {
  route: 'quarantine/{id}/body',
  role: 'reader',
  methods: ['GET'],
  handler: async (request) => {
    const id = pathParameter(request, 'id', quarantineIdSchema);
    const body = await parkedBody(services.quarantine, id);
    if (!body) throw notQuarantined(id);
    return {
      headers: {
        'content-type': 'application/octet-stream',
        'content-disposition': `attachment; filename="${id}"`,
      },
      body,
    };
  },
});

httpRoute('quarantine-replay-one', {
  route: 'quarantine/{id}/replay',
  role: 'operator',
  methods: ['POST'],
  handler: async (request) => {
    const id = pathParameter(request, 'id', quarantineIdSchema);
    const result = await replayQuarantine(services.quarantine, { ids: [id] });
    if (result.unknown.length > 0) throw notQuarantined(id);
    return { jsonBody: result };
  },
});

httpRoute('quarantine-replay', {
  route: 'quarantine/replay',
  role: 'operator',
  methods: ['POST'],
  handler: async (request) => {
    const wanted = await jsonBody(request, replayRequestSchema);
    return { jsonBody: await replayQuarantine(services.quarantine, wanted) };
  },
});

/** Once a minute: what was dead-lettered by delivery count goes back, as soon as the parts are there again. */
app.timer('dead-letter-recovery', {
  schedule: '30 * * * * *',
  handler: async (_timer, context) => {
    if ((await services.health()).status !== 'ready') return;
    const recovered = await recoverDeadLetters(services.quarantine);
    if (recovered > 0) context.warn(`${recovered} dead letters sent back to their subscriptions`);
  },
});

function invalidToken(token: string | undefined): Problem {
  const detail = `No list gave this token (given: ${JSON.stringify(token?.slice(0, 80))}).`;
  return new Problem({
    status: 400,
    title: 'The request is not valid',
    errors: [{ pointer: '/continuationToken', detail }],
  });
}

function notQuarantined(id: string): Problem {
  const detail = `No message of id ${id} is in quarantine; it may have been replayed already.`;
  return new Problem({ status: 404, title: 'Not in quarantine', detail });
}
