import {
  accuracyQuerySchema,
  type Discrepancy,
  discrepanciesQuerySchema,
  type Run,
  runsQuerySchema,
  type WarehouseFigures,
} from '../contracts/reconciliation.ts';
import type { Content, Route } from './route.ts';

const RUNS = 'reconciliation/runs';
const runId = '20241118T101500000Z-4f2a';
const self = `/api/${RUNS}/${runId}`;

const figures = {
  ...{ compared: 412, agreeing: 409, corrected: 1, uncorrected: 0, reservations: 0, inFlight: 2, late: 0 },
  ...{ piecesOff: 50, valueOff: 124.5, accuracy: 0.9976 },
};
const warehouse: WarehouseFigures = { warehouseId: 'WH-001', ...figures, durationMs: 640 };
const times = { startedAt: '2024-11-18T10:15:00.300Z', endedAt: '2024-11-18T10:15:32.100Z' };

const run: Run = {
  ...{ runId, mode: 'delta', status: 'completed', trigger: 'request', warehouseId: 'WH-001' },
  ...{ requestedAt: '2024-11-18T10:15:00.000Z', ...times },
  ...{ notes: [], warehouses: [warehouse], total: figures },
};

const discrepancy: Discrepancy = {
  discrepancyId: 'WH-001|ITEM-12345|A-05-02|LOT-2024-089|position',
  ...{ runId, itemId: 'ITEM-12345', warehouseId: 'WH-001', locationId: 'A-05-02', lotNumber: 'LOT-2024-089' },
  ...{ class: 'lost-event', expected: { onHand: 450, version: 8 }, found: { onHand: 500, version: 7 } },
  ...{ action: 'corrected', detail: 'The event of version 8 never arrived.' },
  foundAt: '2024-11-18T10:15:31.800Z',
  lastEvents: [
    {
      ...{ eventId: 'evt-20241118-000122', eventType: 'InventoryReceipt' },
      ...{ timestamp: '2024-11-18T09:58:01.000Z', version: 7, quantityChange: 500, resultingOnHand: 500 },
      ...{ transactionId: '7a1f4a52-6d33-4c5b-8f0e-5a0d7c1b2e90', userId: 'warehouse_user_23' },
    },
  ],
  investigationId: 'WH-001:ITEM-12345:1',
};

const aRun: Content = { schema: 'Run', example: run };
const noSuchRun = 'No such run was asked for.';
const noSuchToken = 'A parameter is not valid, or no list gave this token.';

/** Comparing the WMS with the cloud, and what it found. */
export const RECONCILIATION_ROUTES: readonly Route[] = [
  {
    operationId: 'reconciliation-run',
    method: 'post',
    path: RUNS,
    tag: 'Reconciliation',
    summary: 'Compare the WMS with the cloud now, and correct what differs.',
    description:
      'The run is queued while another one works; asking twice makes two runs. Where no setting says where the WMS database is, the answer is 503, and its detail says what to set.',
    body: { schema: 'RunRequest', example: { mode: 'delta', warehouseId: 'WH-001' } },
    answers: {
      202: {
        description: 'It is queued.',
        hasLocation: true,
        content: {
          schema: 'AcceptedRun',
          example: { runId, status: 'queued', links: { self, discrepancies: `${self}/discrepancies` } },
        },
      },
    },
    problems: { 400: 'A field is not valid, or the warehouse is none of this installation.' },
  },
  {
    operationId: 'reconciliation-runs-list',
    method: 'get',
    path: RUNS,
    tag: 'Reconciliation',
    summary: 'Runs, the newest first.',
    query: runsQuerySchema,
    answers: {
      200: {
        description: 'A page of them; `continuationToken` asks for the next.',
        content: { schema: 'Runs', example: { runs: [run] } },
      },
    },
    problems: { 400: noSuchToken },
  },
  {
    operationId: 'reconciliation-run-read',
    method: 'get',
    path: `${RUNS}/{runId}`,
    tag: 'Reconciliation',
    summary: 'How far a run is, or how it ended.',
    answers: { 200: { description: 'With its figures so far.', content: aRun } },
    problems: { 404: noSuchRun },
  },
  {
    operationId: 'reconciliation-discrepancies',
    method: 'get',
    path: `${RUNS}/{runId}/discrepancies`,
    tag: 'Reconciliation',
    summary: 'What a run found, why, and what it did about it.',
    query: discrepanciesQuerySchema,
    answers: {
      200: {
        description: 'A page by warehouse and item; `continuationToken` asks for the next.',
        content: { schema: 'Discrepancies', example: { discrepancies: [discrepancy] } },
      },
    },
    problems: { 400: noSuchToken, 404: noSuchRun },
  },
  {
    operationId: 'reconciliation-accuracy',
    method: 'get',
    path: 'reconciliation/accuracy',
    tag: 'Reconciliation',
    summary: 'How often both sides agreed, run by run.',
    description:
      'Of one warehouse, `total` is that of the warehouse, and only runs that came upon it are there.',
    query: accuracyQuerySchema,
    answers: {
      200: {
        description: 'Completed runs, the oldest first, at most 3,000.',
        content: {
          schema: 'Accuracy',
          example: {
            from: '2024-11-18T00:00:00.000Z',
            to: '2024-11-19T00:00:00.000Z',
            points: [
              {
                ...{ runId, mode: 'delta', ...times, durationMs: 31_800 },
                ...{ total: figures, warehouses: [warehouse] },
              },
            ],
            truncated: false,
          },
        },
      },
    },
    problems: { 400: 'A parameter is not valid, or `from` is not before `to`.' },
  },
];
