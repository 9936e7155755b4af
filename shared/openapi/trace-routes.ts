import { tracesQuerySchema } from '../contracts/traces.ts';
import type { Route } from './route.ts';

const [spanId, startedAt] = ['00f067aa0ba902b7', '2024-11-18T10:00:00.000Z'];
const span = {
  ...{ spanId, name: 'project event', service: 'stockbridge-functions', startedAt, durationMs: 84.2 },
  attributes: { 'event.id': 'evt-20241118-000123', 'item.id': 'ITEM-12345' },
};
const trace = {
  ...{ traceId: '4bf92f3577b34da6a3ce929d0e0e4736', startedAt, durationMs: 84.2 },
  ...{ spans: [span], records: [], more: false },
};

/** What a scan or an order went through. */
export const TRACE_ROUTES: readonly Route[] = [
  {
    operationId: 'traces',
    method: 'get',
    path: 'traces',
    tag: 'Operations',
    summary: 'What an event, an order or a message went through, on a laptop that keeps its traces in files.',
    query: tracesQuerySchema,
    answers: {
      200: {
        description: 'The traces that name it.',
        content: { schema: 'Traces', example: { recorded: true, traces: [trace] } },
      },
    },
  },
];
