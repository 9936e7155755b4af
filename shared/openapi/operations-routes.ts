import { quarantineQuerySchema } from '../contracts/quarantine.ts';
import { DOCUMENT_ROUTES } from './document-routes.ts';
import type { Content, Route } from './route.ts';

const ready: Content = {
  schema: 'Health',
  example: {
    status: 'ready',
    parts: { cosmos: 'ready', 'service-bus': 'ready', storage: 'ready' },
    missing: [],
  },
};
const notReady: Content = {
  schema: 'Health',
  example: { status: 'not-ready', parts: { cosmos: 'does-not-answer' }, missing: ['cosmos'] },
};

const position = {
  itemId: 'ITEM-12345',
  warehouseId: 'WH-001',
  locationId: 'A-05-02',
  lotNumber: 'LOT-2024-089',
};

const quarantined = {
  id: 'parked-atp-projection-00000000000000000017',
  state: 'parked',
  reason: 'invalid-event',
  detail: 'quantityChange: expected int (given: "many")',
  subscription: 'atp-projection',
  messageId: 'evt-20241118-000123',
  sequenceNumber: '17',
  receivedAt: '2024-11-18T10:00:00.000Z',
  bytes: 17,
  body: '{"eventId":"evt…"',
};

const replayed: Content = { schema: 'ReplayResult', example: { replayed: 1, remaining: 0, unknown: [] } };
const notQuarantined = 'No such message is in quarantine; it may have been replayed already.';

/** Health, findings, quarantine, and the documents. */
export const OPERATIONS_ROUTES: readonly Route[] = [
  health('health', 'health', 'Whether every part answers.'),
  health('health-reads', 'health/reads', 'Whether what the ATP API needs answers.'),
  {
    operationId: 'health-live',
    method: 'get',
    path: 'health/live',
    tag: 'Operations',
    summary: 'Whether the app runs.',
    isAnonymous: true,
    needsNothing: true,
    answers: {
      200: { description: 'It does.', content: { schema: 'Live', example: { status: 'live' } } },
    },
  },
  {
    operationId: 'sign-in',
    method: 'get',
    path: 'sign-in',
    tag: 'Operations',
    summary: 'How people sign in. What they may then do stands below `/api/people`, route by route as here.',
    isAnonymous: true,
    needsNothing: true,
    answers: {
      200: { description: 'The way.', content: { schema: 'SignIn', example: { kind: 'entra' } } },
    },
  },
  ...DOCUMENT_ROUTES,
  {
    operationId: 'findings',
    method: 'get',
    path: 'findings',
    tag: 'Operations',
    summary: 'Gaps and contradictions that the events brought to light.',
    answers: {
      200: {
        description: 'Of at most 500 stocks.',
        content: {
          schema: 'Findings',
          example: {
            gaps: [{ ...position, version: 9, missing: [[7, 8]] }],
            findings: [
              {
                ...position,
                kind: 'calculation-mismatch',
                version: 9,
                eventId: 'evt-20241118-000123',
                expected: 450,
                found: 445,
              },
            ],
          },
        },
      },
    },
  },
  {
    operationId: 'quarantine-list',
    method: 'get',
    path: 'quarantine',
    tag: 'Operations',
    summary: 'Messages that could not be handled, and why.',
    query: quarantineQuerySchema,
    answers: {
      200: {
        description: 'A page of them; `continuationToken` asks for the next.',
        content: {
          schema: 'QuarantinePage',
          example: { messages: [quarantined], deadLettersAvailable: true },
        },
      },
    },
    problems: { 400: 'A parameter is not valid, or no list gave this token.' },
  },
  {
    operationId: 'quarantine-body',
    method: 'get',
    path: 'quarantine/{id}/body',
    tag: 'Operations',
    summary: 'The bytes of a message in quarantine.',
    answers: { 200: { description: 'As they came.', content: 'bytes' } },
    problems: { 404: notQuarantined },
  },
  {
    operationId: 'quarantine-replay-one',
    method: 'post',
    path: 'quarantine/{id}/replay',
    tag: 'Operations',
    summary: 'Send a message again to the subscription it came from.',
    answers: { 200: { description: 'It was sent.', content: replayed } },
    problems: { 404: notQuarantined },
  },
  {
    operationId: 'quarantine-replay',
    method: 'post',
    path: 'quarantine/replay',
    tag: 'Operations',
    summary: 'Send some messages, or all, again.',
    body: { schema: 'ReplayRequest', example: { reason: 'invalid-event' } },
    answers: { 200: { description: 'What was sent; call again while any remain.', content: replayed } },
  },
];

function health(operationId: string, path: string, summary: string): Route {
  return {
    operationId,
    method: 'get',
    path,
    tag: 'Operations',
    summary,
    isAnonymous: true,
    needsNothing: true,
    answers: {
      200: { description: 'It does.', content: ready },
      503: { description: 'It does not; `missing` names the parts.', content: notReady },
    },
  };
}
