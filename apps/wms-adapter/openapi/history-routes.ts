import { entriesQuerySchema, explainedQuerySchema } from '../http/history.ts';
import { recountTasksQuerySchema } from '../http/recount-tasks.ts';
import { ANOTHER_WAREHOUSE } from './refusals.ts';
import type { Route } from './route.ts';
import { pick } from './scanning-routes.ts';

const entry = {
  version: 8,
  kind: 'delta',
  quantity: -50,
  effectiveChange: -50,
  onHand: 450,
  shortfall: 0,
  counts: true,
  scannedAt: pick.scannedAt,
  committedAt: '2024-11-18T10:00:00.000Z',
  flags: [],
  transaction: pick,
};
const position = {
  positionId: 'WH-001|ITEM-12345|A-05-02|LOT-2024-089',
  itemId: 'ITEM-12345',
  warehouseId: 'WH-001',
  locationId: 'A-05-02',
  lotNumber: 'LOT-2024-089',
  onHand: 450,
  shortfall: 0,
  version: 8,
  entries: [entry],
};
const short = { ...entry, effectiveChange: -45, onHand: 0, shortfall: 5 };

/** What explains figures. */
export const HISTORY_ROUTES: readonly Route[] = [
  {
    operationId: 'position-history',
    method: 'get',
    path: 'positions/{positionId}/history',
    tag: 'History',
    summary: 'Which transactions made this figure, the last scanned first.',
    query: entriesQuerySchema,
    answers: {
      200: {
        description: 'A page of entries.',
        content: { schema: 'PositionHistory', example: position },
      },
    },
    problems: { 403: ANOTHER_WAREHOUSE, 404: 'Nothing was ever booked on the position.' },
  },
  {
    operationId: 'shortfalls',
    method: 'get',
    path: 'shortfalls',
    tag: 'History',
    summary: 'Positions from which more was taken than the books knew of.',
    description: 'A shortfall closes by itself when what is missing is booked. At most 100 entries each.',
    query: explainedQuerySchema,
    answers: {
      200: {
        description: 'A page of positions.',
        content: {
          schema: 'Shortfalls',
          example: { shortfalls: [{ ...position, onHand: 0, shortfall: 5, entries: [short] }] },
        },
      },
    },
    problems: { 403: ANOTHER_WAREHOUSE },
  },
  {
    operationId: 'recounts',
    method: 'get',
    path: 'recounts',
    tag: 'History',
    summary: 'Positions to be counted again.',
    description:
      'Something was booked on them while another counted the location, and no count has been scanned since. At most 100 entries each.',
    query: explainedQuerySchema,
    answers: {
      200: {
        description: 'A page of positions.',
        content: {
          schema: 'Recounts',
          example: { recounts: [{ ...position, entries: [{ ...entry, flags: ['recount'] }] }] },
        },
      },
    },
    problems: { 403: ANOTHER_WAREHOUSE },
  },
  {
    operationId: 'recount-tasks',
    method: 'get',
    path: 'recount-tasks',
    tag: 'History',
    summary: 'Positions that investigations of the cloud ask to be counted.',
    description:
      'The oldest task first, without the figure of the books. A task is gone once a count of its position is booked, or when its investigation is explained or closed.',
    query: recountTasksQuerySchema,
    answers: {
      200: {
        description: 'A page of tasks.',
        content: {
          schema: 'RecountTasks',
          example: {
            recountTasks: [
              {
                positionId: position.positionId,
                itemId: position.itemId,
                warehouseId: position.warehouseId,
                locationId: position.locationId,
                lotNumber: position.lotNumber,
                investigationId: 'WH-001:ITEM-12345:1',
                askedAt: '2024-11-18T10:20:00.000Z',
                askedBy: 'controller_2',
                reason: 'Recount asked for 1 position',
              },
            ],
          },
        },
      },
    },
    problems: { 403: ANOTHER_WAREHOUSE },
  },
];
