import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import type { Responder } from '../allocation/responder.ts';
import type { GroupCommit } from '../booking/group-commit.ts';
import type { Database } from '../database.ts';
import type { Relay } from '../relay/relay.ts';
import type { Settings } from '../settings.ts';
import { authenticate } from './authentication.ts';
import { healthRoutes } from './health.ts';
import { lockRoutes } from './locks.ts';
import { masterDataRoutes } from './master-data.ts';
import { ProblemException, problemResponse } from './problem.ts';
import { queryRoutes } from './queries.ts';
import { postTransactions } from './transactions.ts';

/** What the REST API stands on. */
export interface ApiParts {
  readonly settings: Pick<Settings, 'key' | 'keyRequired'>;
  readonly database: Database;
  readonly groupCommit: GroupCommit;
  readonly relay: Pick<Relay, 'bus' | 'wake'>;
  readonly responder: Pick<Responder, 'reception'>;
  readonly now: () => Date;
  readonly log: (line: string) => void;
}

/** The REST API of the WMS adapter, under `/api/v1`. All routes but health need the key; errors are problem details. */
export function createApi(parts: ApiParts): Hono {
  const { settings, database, groupCommit, relay, responder, now, log } = parts;
  const api = new Hono()
    .route('/', healthRoutes({ database, relay, responder, now, log }))
    .use(authenticate(settings))
    .post('/transactions', postTransactions(groupCommit))
    .route('/', queryRoutes(database))
    .route('/', lockRoutes(database, now, randomUUID, relay.wake))
    .route('/', masterDataRoutes(database));

  return new Hono()
    .route('/api/v1', api)
    .notFound((context) =>
      problemResponse({
        type: 'about:blank',
        title: 'Not found',
        status: 404,
        detail: `there is no ${context.req.method} ${context.req.path}`,
      }),
    )
    .onError((error, context) => {
      if (error instanceof ProblemException) {
        return error.getResponse();
      }
      log(`${context.req.method} ${context.req.path} failed: ${error.stack ?? error.message}`);
      return problemResponse({ type: 'about:blank', title: 'The adapter failed on this call', status: 500 });
    });
}
