import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { compress } from 'hono/compress';
import { problemType } from '../../../shared/contracts/problem-type.ts';
import { DatabaseUnavailableError, type GroupCommit, OverloadedError } from '../booking/group-commit.ts';
import type { Database } from '../database.ts';
import { createCallNotes } from '../devices/call-notes.ts';
import { rememberRuns } from '../devices/known-runs.ts';
import type { WarehouseReceivers } from '../receiving/warehouse-receivers.ts';
import type { Relay } from '../relay/relay.ts';
import type { Settings } from '../settings.ts';
import { fewAtATime } from '../sign-in/few-at-a-time.ts';
import { authenticate } from './authentication.ts';
import { bookRoutes } from './books.ts';
import type { ApiEnvironment } from './call.ts';
import { tellingFailures } from './database-failures.ts';
import { compareClocks } from './device-clock.ts';
import { deviceRoutes } from './devices.ts';
import { documentRoutes } from './documents.ts';
import { healthRoutes } from './health.ts';
import { historyRoutes } from './history.ts';
import { lockRoutes } from './locks.ts';
import { masterDataRoutes } from './master-data.ts';
import { masterDataChangesRoutes } from './master-data-changes.ts';
import { noteCalls } from './note-calls.ts';
import { checkPath, refuseOtherMethods, unknownRoute } from './path.ts';
import { pickListRoutes } from './pick-list.ts';
import { positionRoutes } from './positions.ts';
import { ProblemException, problemResponse } from './problem.ts';
import { recountTaskRoutes } from './recount-tasks.ts';
import { scannerApp } from './scanner-app.ts';
import { signInRoutes } from './sign-in.ts';
import { traceCalls } from './trace-calls.ts';
import { postTransactions } from './transactions.ts';
import { userRoutes } from './users.ts';

/** Of the four threads that Node has for such work and for compressing answers. */
const PINS_AT_A_TIME = 2;
/** Seconds of waiting, at most: a whole shift may sign in at once. */
const PINS_WAITING = 100;

/** What the REST API stands on. */
export interface ApiParts {
  readonly settings: Pick<Settings, 'key' | 'keyRequired' | 'warehouseIds'>;
  readonly database: Database;
  readonly groupCommit: GroupCommit;
  readonly relay: Pick<Relay, 'bus'>;
  readonly responder: Pick<WarehouseReceivers, 'reception'>;
  readonly recountReceiver: Pick<WarehouseReceivers, 'reception'>;
  /** The scanner's web app as it was built (`SCANNER_FOLDER`). */
  readonly scannerFolder: string;
  readonly now: () => Date;
  readonly log: (line: string) => void;
}

/**
 * The REST API of the WMS adapter, under `/api/v1`, and the scanner's web app, under `/scanner`. All routes but health, the API's own
 * description and the files of the app need a key; errors are problem details.
 */
export function createApi(parts: ApiParts): Hono<ApiEnvironment> {
  const { now, log } = parts;
  return new Hono<ApiEnvironment>()
    .use(compareClocks(now))
    .use(checkPath)
    .use(compress({ encoding: 'gzip' }))
    .route('/', scannerApp({ folder: parts.scannerFolder, settings: parts.settings }))
    .route('/api/v1', routesOf(parts))
    .notFound(unknownRoute)
    .onError((error, context) => {
      if (error instanceof ProblemException) return error.getResponse();
      if (error instanceof DatabaseUnavailableError || error instanceof OverloadedError) return notNow(error);
      log(`${context.req.method} ${context.req.path} failed: ${error.stack ?? error.message}`);
      const type = problemType('adapter-failed');
      return problemResponse({ type, title: 'The adapter failed on this call', status: 500 });
    });
}

function routesOf(parts: ApiParts): Hono<ApiEnvironment> {
  const { settings, groupCommit, now, log } = parts;
  const database = tellingFailures(parts.database, log);
  const runBeginnings = rememberRuns(database);
  const pinTurn = fewAtATime(PINS_AT_A_TIME, PINS_WAITING);
  const api = new Hono<ApiEnvironment>()
    .route('/', healthRoutes(parts))
    .route('/', documentRoutes())
    .use(traceCalls)
    .use(authenticate({ settings, registry: database }))
    .use(noteCalls({ note: createCallNotes(database), runBeginnings }))
    .post('/transactions', postTransactions({ groupCommit, registry: database, runBeginnings }))
    .route('/', positionRoutes(database))
    .route('/', historyRoutes(database))
    .route('/', recountTaskRoutes(database))
    .route('/', lockRoutes({ database, groupCommit, newId: randomUUID }))
    .route('/', signInRoutes({ signIns: database, takeTurn: pinTurn, now }))
    .route('/', pickListRoutes(database))
    .route('/', masterDataChangesRoutes(database, settings.warehouseIds))
    .route('/', masterDataRoutes(database))
    .route('/', deviceRoutes(database))
    .route('/', userRoutes(database, pinTurn))
    .route('/', bookRoutes(database));
  refuseOtherMethods(api);
  return api;
}

/** Nothing of the call was done, or it may be done again without harm. */
function notNow({ message }: Error): Response {
  const detail = `${message}; nothing of this call was booked, send it again`;
  const problem = { type: problemType('not-now'), title: 'Not now', status: 503, detail };
  return problemResponse(problem, { 'retry-after': '1' });
}
