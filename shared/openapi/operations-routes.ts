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

/** Health, findings, and the documents. */
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
            more: false,
          },
        },
      },
    },
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
