import {
  type Investigation,
  type InvestigationSummary,
  investigationsQuerySchema,
} from '../contracts/investigation.ts';
import type { OwnProblems } from './api.ts';
import type { Content, Route } from './route.ts';

const ONE = 'investigations/{investigationId}';
const investigationId = 'WH-001:ITEM-12345:1';
const place = { locationId: 'A-05-02', lotNumber: 'LOT-2024-089' };
const by = 'ann.lee';

const summary: InvestigationSummary = {
  ...{ investigationId, warehouseId: 'WH-001', itemId: 'ITEM-12345', status: 'recount-asked' },
  ...{ openedAt: '2024-11-18T10:15:32.000Z', changedAt: '2024-11-18T11:00:00.000Z', assignee: by },
  recount: {
    ...{ askedAt: '2024-11-18T11:00:00.000Z', askedBy: by },
    positions: [{ ...place, sinceVersion: 8 }],
  },
  ...{ discrepancyCount: 1, stepCount: 3 },
};

const investigation: Investigation = {
  ...summary,
  discrepancies: [
    {
      ...{
        runId: '20241118T101500000Z-4f2a',
        discrepancyId: 'WH-001|ITEM-12345|A-05-02|LOT-2024-089|position',
      },
      ...{ class: 'lost-event', ...place, expected: 450, found: 500, foundAt: '2024-11-18T10:15:31.800Z' },
    },
  ],
  steps: [
    {
      ...{ at: '2024-11-18T10:15:32.000Z', by: 'reconciliation', action: 'opened' },
      detail:
        '1 found by run 20241118T101500000Z-4f2a: lost-event of A-05-02/LOT-2024-089 (WMS 450, cloud 500).',
    },
    { at: '2024-11-18T10:40:00.000Z', by: 'bob.kay', action: 'assigned', detail: 'Given to ann.lee.' },
    {
      ...{ at: '2024-11-18T11:00:00.000Z', by, action: 'recount-asked' },
      detail: 'To be counted: A-05-02/LOT-2024-089.',
    },
  ],
};

const one: Content = { schema: 'Investigation', example: investigation };
const after = { 200: { description: 'The investigation as it is now.', content: one } };
const unknown = 'There is no such investigation.';
const whileClosed = 'It is closed; a new one opens when something is found again.';
const WHO =
  'Where the sign-in of App Service is on, header `x-ms-client-principal-name` says who does it, whatever `by` says.';

function problems(conflict: string): OwnProblems {
  return { 404: unknown, 409: conflict };
}

/** What people do about what did not agree. */
export const INVESTIGATION_ROUTES: readonly Route[] = [
  {
    operationId: 'investigations-list',
    method: 'get',
    path: 'investigations',
    tag: 'Investigations',
    summary: 'The investigations, by warehouse and item; the newest of an item first.',
    query: investigationsQuerySchema,
    answers: {
      200: {
        description: 'A page of them; `continuationToken` asks for the next.',
        content: { schema: 'Investigations', example: { investigations: [summary] } },
      },
    },
    problems: { 400: 'A parameter is not valid, or no list gave this token.' },
  },
  {
    operationId: 'investigation-read',
    method: 'get',
    path: ONE,
    tag: 'Investigations',
    summary: 'An investigation: what was found, and who did what about it.',
    answers: { 200: { description: 'It is this.', content: one } },
    problems: { 404: unknown },
  },
  {
    operationId: 'investigation-assign',
    method: 'post',
    path: `${ONE}/assignment`,
    tag: 'Investigations',
    summary: 'Give it to somebody.',
    description: WHO,
    body: { schema: 'Assignment', example: { by: 'bob.kay', assignee: by } },
    answers: after,
    problems: problems(whileClosed),
  },
  {
    operationId: 'investigation-recount',
    method: 'post',
    path: `${ONE}/recount`,
    tag: 'Investigations',
    summary: 'Ask the warehouse to count positions anew.',
    description: `Scanners of the warehouse list it as a task. When every count agrees with the books the investigation is closed by itself. ${WHO}`,
    body: { schema: 'RecountRequest', example: { by, positions: [place], note: 'Look behind the shelf.' } },
    answers: after,
    problems: {
      400: 'A field is not valid, or no position was named and none is at issue.',
      ...problems('A recount is under way, it is closed, or it is of a warehouse as a whole.'),
    },
  },
  {
    operationId: 'investigation-explain',
    method: 'post',
    path: `${ONE}/explanation`,
    tag: 'Investigations',
    summary: 'Say what the cause was.',
    description: `A recount that has not come is withdrawn. ${WHO}`,
    body: {
      schema: 'Explanation',
      example: { by, cause: 'integration-defect', text: 'The bridge was restarted while it published.' },
    },
    answers: after,
    problems: problems(whileClosed),
  },
  {
    operationId: 'investigation-close',
    method: 'post',
    path: `${ONE}/closure`,
    tag: 'Investigations',
    summary: 'Close what has been explained.',
    description: WHO,
    body: { schema: 'Closure', example: { by } },
    answers: after,
    problems: problems('It has not been explained, or is closed.'),
  },
];
