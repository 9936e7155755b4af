import { app } from '@azure/functions';
import type { z } from 'zod';
import {
  deleteRequestSchema,
  quarantineIdSchema,
  quarantineQuerySchema,
  replayOneRequestSchema,
  replayRequestSchema,
  restoreRequestSchema,
} from '../shared/contracts/quarantine.ts';
import { deleteMessages, removeDeleted, restoreMessages } from '../shared/quarantine/delete.ts';
import { countQuarantine, listQuarantine, quarantinedBody } from '../shared/quarantine/quarantine.ts';
import type { QuarantinePorts } from '../shared/quarantine/quarantine-ports.ts';
import { recoverDeadLetters, replayQuarantine } from '../shared/quarantine/replay.ts';
import { services } from './composition/services.ts';
import { jsonBodyBy } from './edge/body-by.ts';
import { httpRoute, pathParameter, queryParameters } from './edge/http.ts';
import { pageAfter } from './edge/page-after.ts';
import { Problem } from './edge/problem.ts';

httpRoute('quarantine-list', {
  route: 'quarantine',
  role: 'reader',
  methods: ['GET'],
  handler: async (request) => {
    const query = queryParameters(request, quarantineQuerySchema);
    return {
      jsonBody: await pageAfter(query.continuationToken, () => listQuarantine(services.quarantine, query)),
    };
  },
});

httpRoute('quarantine-counts', {
  route: 'quarantine/counts',
  role: 'reader',
  methods: ['GET'],
  handler: async () => ({ jsonBody: await countQuarantine(services.quarantine) }),
});

/** The bytes as they came, offered as a download: nobody's browser should interpret them. */
httpRoute('quarantine-body', {
  route: 'quarantine/{id}/body',
  role: 'reader',
  methods: ['GET'],
  handler: async (request) => {
    const id = pathParameter(request, 'id', quarantineIdSchema);
    const body = await quarantinedBody(services.quarantine, id);
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
  handler: async (request, _context, person) => {
    const id = pathParameter(request, 'id', quarantineIdSchema);
    const wanted = await jsonBodyBy(request, replayOneRequestSchema, person);
    const result = await replayQuarantine(services.quarantine, { ...wanted, ids: [id] });
    if (result.unknown.length > 0) throw notQuarantined(id);
    return { jsonBody: result };
  },
});

actionRoute('quarantine-replay', 'replay', replayRequestSchema, replayQuarantine);

actionRoute('quarantine-delete', 'delete', deleteRequestSchema, deleteMessages);

actionRoute('quarantine-restore', 'restore', restoreRequestSchema, restoreMessages);

/** What a user does with several messages: `POST` of what the schema says. */
function actionRoute<Wanted extends { by: string; continuationToken?: string | undefined }>(
  name: string,
  path: string,
  schema: z.ZodType<Wanted>,
  act: (ports: QuarantinePorts, wanted: Wanted) => Promise<object>,
): void {
  httpRoute(name, {
    route: `quarantine/${path}`,
    role: 'operator',
    methods: ['POST'],
    handler: async (request, _context, person) => {
      const wanted = await jsonBodyBy(request, schema, person);
      return { jsonBody: await pageAfter(wanted.continuationToken, () => act(services.quarantine, wanted)) };
    },
  });
}

/** Once a minute: what was dead-lettered by delivery count goes back, as soon as the parts are there again. */
app.timer('dead-letter-recovery', {
  schedule: '30 * * * * *',
  handler: async (_timer, context) => {
    if ((await services.health()).status !== 'ready') return;
    const recovered = await recoverDeadLetters(services.quarantine);
    if (recovered > 0) context.warn(`${recovered} dead letters sent back to their subscriptions`);
  },
});

/** Once an hour: what was deleted 30 days ago goes for good. */
app.timer('deleted-messages-retention', {
  schedule: '40 23 * * * *',
  handler: async (_timer, context) => {
    const removed = await removeDeleted(services.quarantine);
    if (removed > 0) context.info(`${removed} messages deleted 30 days ago are removed for good`);
  },
});

function notQuarantined(id: string): Problem {
  const detail = `No message of id ${id} is in quarantine; it may have been replayed already.`;
  return new Problem({ status: 404, title: 'Not in quarantine', detail });
}
