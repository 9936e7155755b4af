import { z } from 'zod';
import { actionsSchema } from '../../shared/contracts/actions.ts';
import { backordersSchema, orderAllocationSchema } from '../../shared/contracts/allocation.ts';
import { allocationCountsSchema } from '../../shared/contracts/allocation-counts.ts';
import { atpDaysSchema, itemAtpSchema } from '../../shared/contracts/atp.ts';
import { backlogSchema } from '../../shared/contracts/backlog.ts';
import { figuresSchema, LATENCY_BOUNDS, SLOT_MS } from '../../shared/contracts/figures.ts';
import { findingsSchema } from '../../shared/contracts/findings.ts';
import { healthSchema } from '../../shared/contracts/health.ts';
import { stockHistorySchema } from '../../shared/contracts/history.ts';
import { investigationSchema, investigationsSchema } from '../../shared/contracts/investigation.ts';
import { openPromisesSchema } from '../../shared/contracts/open-promises.ts';
import { quarantineCountsSchema, quarantinePageSchema } from '../../shared/contracts/quarantine.ts';
import {
  accuracySchema,
  discrepanciesSchema,
  runSchema,
  runsSchema,
} from '../../shared/contracts/reconciliation.ts';
import type { Answers } from './console-api.ts';

export const ITEM = 'ITEM-12345';
export const WAREHOUSE = 'WH-001';
export const RUN = '20241118T100000000Z-4f2a';
export const INVESTIGATION = 'WH-001:ITEM-12345:1';
export const ORDER = 'ORD-1001';

const NOW = Date.now() - (Date.now() % SLOT_MS);
const at = (secondsAgo: number) => new Date(NOW - secondsAgo * 1_000).toISOString();

/** A warehouse on a working day, as its API tells it; every answer satisfies its contract. */
export function workingDay(entries = 40): Answers {
  return {
    figures: ({ query }) => ({ body: figures(Number(query.get('minutes'))) }),
    health: () => ({
      body: healthSchema.parse({
        status: 'ready',
        parts: { cosmos: 'ready', 'service-bus': 'ready', storage: 'ready', wms: 'ready' },
        missing: [],
      }),
    }),
    findings: () => ({ body: FINDINGS }),
    backorders: () => ({ body: BACKORDERS }),
    quarantine: ({ query }) => ({ body: query.get('state') === 'deleted' ? DELETED : QUARANTINE }),
    'quarantine/counts': () => ({ body: COUNTS }),
    'quarantine/replay': ({ body }) => ({ body: { replayed: idsIn(body), ...DONE } }),
    'quarantine/delete': ({ body }) => ({ body: { deleted: idsIn(body), ...DONE } }),
    'quarantine/restore': ({ body }) => ({ body: { restored: idsIn(body), unknown: [] } }),
    actions: () => ({ body: ACTIONS }),
    backlog: () => ({ body: BACKLOG }),
    'allocations/counts': () => ({ body: ALLOCATIONS }),
    [`items/${ITEM}/atp`]: ({ query }) => ({ body: query.has('from') ? { ...ATP, ...DAYS } : ATP }),
    [`items/${ITEM}/warehouses/${WAREHOUSE}/history`]: ({ query }) => ({ body: history(entries, query) }),
    [`items/${ITEM}/promises`]: () => ({ body: PROMISES }),
    [`orders/${ORDER}/allocations`]: () => ({ body: ORDER_STATE }),
    'reconciliation/accuracy': () => ({ body: ACCURACY }),
    'reconciliation/runs': ({ method }) =>
      method === 'POST' ? { status: 202, body: { runId: RUN, status: 'queued', links: {} } } : { body: RUNS },
    [`reconciliation/runs/${RUN}`]: () => ({ body: RUNS.runs[0] }),
    [`reconciliation/runs/${RUN}/discrepancies`]: () => ({ body: DISCREPANCIES }),
    investigations: () => ({ body: INVESTIGATIONS }),
    [`investigations/${INVESTIGATION}`]: () => ({ body: INVESTIGATION_STATE }),
    ...Object.fromEntries(
      ['assignment', 'recount', 'explanation', 'closure'].map((action) => [
        `investigations/${INVESTIGATION}/${action}`,
        () => ({ body: INVESTIGATION_STATE }),
      ]),
    ),
  };
}

function histogram(spread: Readonly<Record<number, number>>): number[] {
  return [...LATENCY_BOUNDS, undefined].map((bound) => (bound === undefined ? 0 : (spread[bound] ?? 0)));
}

function figures(minutes: number) {
  const spread = histogram({ 150: 4, 200: 30, 300: 60, 400: 40, 500: 12, 800: 3, 1500: 1 });
  const slot = {
    ...{ events: 150, committed: spread, scanned: spread, offline: 3, parked: 0 },
    ...{ scannedLatency: { p50: 300, p99: 800 }, committedLatency: { p50: 200, p99: 500 } },
  };
  const slots = Array.from({ length: 60 }, (_, index) => ({
    ...slot,
    at: at(600 - index * 10),
    events: 150 + Math.round(60 * Math.sin(index / 6)),
    scannedLatency: { p50: 300 + (index % 5) * 20, p99: 800 + (index % 9) * 90 },
  }));
  return figuresSchema.parse({
    ...{ from: at(minutes * 60), slotMs: SLOT_MS, bounds: [...LATENCY_BOUNDS], slots },
    total: { ...slot, events: 9_000, offline: 180, scanned: spread.map((count) => count * 60) },
  });
}

const stock = { tentative: 5, confirmed: 10, safetyStock: 20, version: 8, asOf: at(90) };
const ATP = itemAtpSchema.parse({
  ...{
    itemId: ITEM,
    onHand: 520,
    tentative: 10,
    confirmed: 20,
    safetyStock: 40,
    atp: 450,
    atRisk: 12,
    asOf: at(90),
  },
  warehouses: [
    { ...stock, itemId: ITEM, warehouseId: 'WH-001', onHand: 440, atp: 405, atRisk: 12 },
    { ...stock, itemId: ITEM, warehouseId: 'WH-002', onHand: 80, atp: 45, atRisk: 0 },
  ],
});

const DAYS = atpDaysSchema.parse({
  days: Array.from({ length: 30 }, (_, index) => ({
    date: new Date(NOW + index * 86_400_000).toISOString().slice(0, 10),
    expected: index === 7 ? 200 : 0,
    demand: index === 9 ? 150 : 0,
    projected: index < 7 ? 450 : index < 9 ? 650 : 500,
    atp: index < 7 ? 450 : 500,
  })),
});

const LOTS = ['LOT-A', 'LOT-B', null];

/** Of each position `entries / 4` transactions; the last one makes its share of the 440 on hand. Pages are as big as asked for. */
function history(entries: number, query: URLSearchParams) {
  const begin = Number(query.get('after') ?? 0);
  const end = Math.min(entries, begin + Number(query.get('limit')));
  const each = entries / 4;
  const found = Array.from({ length: end - begin }, (_, index) => entry(begin + index, each));
  const ended = found.filter(({ version }) => version === each);
  return stockHistorySchema.parse({
    ...{ itemId: ITEM, warehouseId: WAREHOUSE, entries: found },
    positions: ended.map(({ locationId, lotNumber, resultingOnHand, version }) => ({
      ...{ locationId, lotNumber },
      cloud: { onHand: resultingOnHand, version },
      journal: { onHand: resultingOnHand, version },
    })),
    ...(end < entries && { next: String(end) }),
  });
}

function entry(index: number, each: number) {
  const [position, step] = [Math.floor(index / each), index % each];
  const isLast = step === each - 1;
  const committed = 100 + (entries(each) - index) * 3;
  const onBus = committed - 0.04;
  return {
    ...{ eventId: `evt-${index}`, transactionId: `TRX-${index}` },
    eventType: step === 0 ? 'InventoryReceipt' : 'InventoryPick',
    locationId: `A-0${position + 1}-02`,
    lotNumber: LOTS[position % 3] ?? null,
    version: step + 1,
    quantityChange: step === 0 ? 110 + each - 1 : -1,
    resultingOnHand: 110 + each - 1 - step,
    scannedAt: at(committed + (step % 7 === 3 ? 5_400 : 1)),
    timestamp: at(committed),
    busAt: at(onBus),
    ...(step % 7 !== 6 && { projectedAt: at(onBus - (step % 7 === 4 ? 6 : 0.15)) }),
    ...{ scannerId: 'SCANNER-08', userId: 'wanda' },
    ...(step % 5 === 2 && { orderId: ORDER, lineId: '1', allocationId: `${ORDER}:1:1` }),
    ...(isLast && { current: true }),
    ...(step === 5 && { finding: { kind: 'gap', missing: [4, 5] } }),
  };
}

const entries = (each: number) => each * 4;

const FINDINGS = findingsSchema.parse({
  gaps: [
    {
      ...{ itemId: ITEM, warehouseId: WAREHOUSE, locationId: 'A-01-02', lotNumber: 'LOT-A', version: 9 },
      missing: [[4, 5]],
    },
  ],
  findings: [],
  more: true,
});

const BACKORDERS = backordersSchema.parse({
  backorders: [
    {
      ...{ orderId: ORDER, lineId: '2', itemId: ITEM, quantity: 30, priority: 5, orderedAt: at(4_000) },
      promisedDate: '2027-01-04',
    },
    {
      orderId: 'ORD-1002',
      lineId: '1',
      itemId: 'ITEM-9',
      quantity: 7,
      priority: 0,
      orderedAt: at(900),
      promisedDate: null,
    },
  ],
});

export const MESSAGE = 'parked-1';
const QUARANTINE = quarantinePageSchema.parse({
  deadLettersAvailable: true,
  messages: [
    {
      ...{
        id: MESSAGE,
        state: 'parked',
        reason: 'invalid-event',
        detail: '/quantityChange must be an integer.',
      },
      ...{ subscription: 'atp-projection', messageId: 'evt-77', sequenceNumber: '77', receivedAt: at(3_000) },
      ...{ bytes: 44, body: '{"eventId":"evt-77","quantityChange":"many"}' },
    },
    {
      ...{
        id: 'dead-2',
        state: 'dead-lettered',
        reason: 'MaxDeliveryCountExceeded',
        detail: 'Delivered 10 times.',
      },
      ...{ subscription: 'journal', messageId: 'evt-78', sequenceNumber: '78', receivedAt: at(2_000) },
      ...{ bytes: 9_000, body: '{"eventId":"evt-78"' },
    },
  ],
});

/** More of them than a window holds. */
export const LONG_QUARANTINE = quarantinePageSchema.parse({
  deadLettersAvailable: true,
  messages: Array.from({ length: 60 }, (_unused, index) => ({
    ...QUARANTINE.messages[0],
    ...{ id: `parked-${index}`, messageId: `evt-parked-${index}` },
  })),
});

const DELETED = quarantinePageSchema.parse({
  messages: [
    {
      ...QUARANTINE.messages[0],
      ...{ id: 'deleted-1', messageId: 'evt-70', state: 'deleted' },
      deletion: { at: at(600), by: 'ann', why: 'A test of the sender.', stateBefore: 'parked' },
    },
  ],
});

const COUNTS = quarantineCountsSchema.parse({
  ...{ atLeast: false, deadLettersAvailable: true },
  counts: [
    { state: 'parked', reason: 'invalid-event', messages: 1_204 },
    { state: 'dead-lettered', reason: 'MaxDeliveryCountExceeded', messages: 1 },
    { state: 'deleted', reason: 'invalid-event', messages: 1 },
  ],
});

const DONE = { remaining: 0, unknown: [], startedAt: at(0) };

/** As many as a call names; of one that names a filter all that are parked. */
function idsIn(body: unknown): number {
  const { ids } = z.object({ ids: z.array(z.string()).optional() }).parse(body);
  return ids?.length ?? 1_204;
}

const PROMISES = openPromisesSchema.parse({
  ...{ itemId: ITEM, more: false },
  promises: [
    {
      ...{ orderId: ORDER, lineId: '1', state: 'backordered', quantity: 100, backordered: 5, priority: 0 },
      orderedAt: at(4_000),
      sources: [
        {
          ...{ allocationId: `${ORDER}:1:1`, warehouseId: WAREHOUSE, quantity: 95, picked: 80 },
          status: 'confirmed',
        },
      ],
    },
    {
      ...{ orderId: 'CART-7', lineId: '1', state: 'in-cart', quantity: 5, backordered: 0, priority: 0 },
      orderedAt: at(60),
      sources: [
        {
          ...{ allocationId: 'CART-7:1:1', warehouseId: WAREHOUSE, quantity: 5, picked: 0 },
          status: 'tentative',
        },
      ],
    },
  ],
});

const ACTIONS = actionsSchema.parse({
  actions: [
    {
      ...{ actionId: 'a-2', at: at(60), by: 'ann', kind: 'replay-messages', status: 'done', count: 240 },
      ...{ asked: { reason: 'invalid-event', perSecond: 50 }, why: 'The sender is mended.' },
      ids: ['parked-7', 'parked-8', 'parked-9', 'parked-10'],
    },
    {
      ...{ actionId: 'a-1', at: at(600), by: 'ann', kind: 'delete-messages', status: 'done', count: 1 },
      ...{ why: 'A test of the sender.', ids: ['deleted-1'] },
    },
    {
      ...{ actionId: 'a-0', at: at(900), by: 'carl', kind: 'close-investigation', status: 'done', count: 0 },
      ids: [],
    },
  ],
});

const BACKLOG = backlogSchema.parse({
  at: at(1),
  places: [
    { place: 'inventory-events/atp-projection', waiting: 12, atLeast: false, oldestSeconds: 0.3 },
    { place: 'inventory-events/journal', waiting: 250, atLeast: true, oldestSeconds: 4.2 },
    { place: 'projection-retry', waiting: 0, atLeast: false, oldestSeconds: null },
    { place: 'allocation-decisions/allocation', waiting: 1, atLeast: false, oldestSeconds: 0 },
    { place: 'stock-changes', waiting: 0, atLeast: false, oldestSeconds: null },
    { place: 'allocation-requests/WH-001', waiting: 3, atLeast: false, oldestSeconds: 125 },
  ],
  adapters: [
    {
      warehouseId: 'WH-001',
      state: 'ready',
      heardAt: at(21),
      outbox: { unsent: 0, parked: 0, oldestAgeMs: 0 },
    },
    {
      ...{ warehouseId: 'WH-002', state: 'not-heard-of', heardAt: at(425) },
      outbox: { unsent: 12, parked: 1, oldestAgeMs: 40_000 },
    },
    { warehouseId: 'WH-003', state: 'not-heard-of', heardAt: null },
  ],
  unreadPlaces: [{ place: 'allocation-requests/WH-002', why: 'UnauthorizedAccess' }],
});

const ALLOCATIONS = allocationCountsSchema.parse({
  at: at(1),
  counts: [
    { state: 'in-cart', lines: 4 },
    { state: 'tentative', lines: 2 },
    { state: 'releasing', lines: 0 },
    { state: 'backordered', lines: 17 },
    { state: 'confirmed', lines: 5_240 },
  ],
  settled: {
    since: at(86_401),
    counts: [
      { state: 'fulfilled', lines: 912 },
      { state: 'rejected', lines: 3 },
      { state: 'released', lines: 21 },
    ],
  },
});

const ORDER_STATE = orderAllocationSchema.parse({
  ...{ orderId: ORDER, status: 'backordered', allOrNothing: false, createdAt: at(4_000) },
  lines: [
    {
      ...{
        lineId: '1',
        itemId: ITEM,
        quantity: 100,
        tentative: 0,
        confirmed: 95,
        backordered: 5,
        fulfilled: 0,
      },
      ...{ releasing: 0, rejected: 0, released: 0, status: 'backordered', promisedDate: '2027-01-04' },
      sources: [
        {
          allocationId: `${ORDER}:1:1`,
          warehouseId: WAREHOUSE,
          quantity: 95,
          picked: 0,
          status: 'confirmed',
        },
      ],
      why: [
        {
          at: at(4_000),
          step: 'held',
          warehouseId: WAREHOUSE,
          quantity: 100,
          detail: 'WH-001 promises 100.',
        },
        { at: at(3_998), step: 'reduced', warehouseId: WAREHOUSE, quantity: 95, detail: 'A count found 95.' },
        { at: at(3_997), step: 'backordered', quantity: 5, detail: '5 wait for stock.' },
      ],
    },
  ],
});

const figuresOf = (compared: number, corrected: number) => ({
  ...{
    compared,
    agreeing: compared - corrected,
    corrected,
    uncorrected: 0,
    reservations: 0,
    inFlight: 2,
    late: 1,
  },
  ...{ piecesOff: corrected * 3, valueOff: corrected * 12.5, accuracy: (compared - corrected) / compared },
});

const RUNS = runsSchema.parse({
  runs: [
    runSchema.parse({
      ...{ runId: RUN, mode: 'delta', status: 'completed', trigger: 'timer', requestedAt: at(900) },
      ...{ startedAt: at(899), endedAt: at(880), notes: [], total: figuresOf(900, 3) },
      warehouses: [{ warehouseId: WAREHOUSE, ...figuresOf(900, 3), durationMs: 1_900 }],
    }),
  ],
});

const ACCURACY = accuracySchema.parse({
  ...{ from: at(604_800), to: at(0), truncated: false },
  points: Array.from({ length: 50 }, (_, index) => ({
    ...{ runId: RUN, mode: 'delta', startedAt: at((50 - index) * 900), endedAt: at((50 - index) * 900 - 20) },
    ...{ durationMs: 20_000, total: figuresOf(900, index % 6) },
    warehouses: [
      { warehouseId: WAREHOUSE, ...figuresOf(500, index % 4), durationMs: 9_000 },
      { warehouseId: 'WH-002', ...figuresOf(400, index % 3), durationMs: 8_000 },
    ],
  })),
});

const DISCREPANCIES = discrepanciesSchema.parse({
  discrepancies: ['lost-event', 'phantom', 'lost-event'].map((kind, index) => ({
    ...{
      discrepancyId: `d-${index}`,
      runId: RUN,
      itemId: ITEM,
      warehouseId: WAREHOUSE,
      locationId: `A-0${index + 1}-02`,
    },
    ...{
      lotNumber: null,
      class: kind,
      expected: { onHand: 95, version: 9 },
      found: { onHand: 100, version: 8 },
    },
    ...{ action: 'corrected', detail: 'The cloud lacked version 9.', foundAt: at(890), lastEvents: [] },
    investigationId: INVESTIGATION,
  })),
});

const INVESTIGATION_STATE = investigationSchema.parse({
  ...{ investigationId: INVESTIGATION, warehouseId: WAREHOUSE, itemId: ITEM, status: 'recount-asked' },
  ...{ openedAt: at(890), changedAt: at(300), discrepancyCount: 1, stepCount: 2, assignee: 'carl' },
  recount: {
    askedAt: at(300),
    askedBy: 'ann',
    positions: [{ locationId: 'A-01-02', lotNumber: null, sinceVersion: 9 }],
  },
  discrepancies: [
    {
      ...{ runId: RUN, discrepancyId: 'd-0', class: 'lost-event', locationId: 'A-01-02', lotNumber: null },
      ...{ expected: 95, found: 100, foundAt: at(890) },
    },
  ],
  steps: [
    { at: at(890), by: 'reconciliation', action: 'opened', detail: 'The cloud said 100, the WMS 95.' },
    { at: at(300), by: 'ann', action: 'recount-asked', detail: 'A recount of 1 position was asked for.' },
  ],
});

const { discrepancies: _discrepancies, steps: _steps, ...SUMMARY } = INVESTIGATION_STATE;
const INVESTIGATIONS = investigationsSchema.parse({ investigations: [SUMMARY] });
