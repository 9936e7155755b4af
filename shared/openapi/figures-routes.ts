import { figuresQuerySchema, LATENCY_BOUNDS, SLOT_MS } from '../contracts/figures.ts';
import { bucketOf, emptyHistogram } from '../domain/latency-histogram.ts';
import type { Route } from './route.ts';

const latencies = emptyHistogram().with(bucketOf(700), 120);
const figures = {
  ...{ events: 120, committed: latencies, scanned: latencies, offline: 0, parked: 0 },
  scannedLatency: { p50: 725, p99: 799 },
  committedLatency: { p50: 725, p99: 799 },
};

/** How much, and how fast. */
export const FIGURES_ROUTES: readonly Route[] = [
  {
    operationId: 'figures',
    method: 'get',
    path: 'figures',
    tag: 'Operations',
    summary: 'How many events became visible in the last minutes, and how long after their scan.',
    query: figuresQuerySchema,
    answers: {
      200: {
        description: 'By slots of ten seconds, and in total.',
        content: {
          schema: 'Figures',
          example: {
            from: '2024-11-18T09:45:00.000Z',
            slotMs: SLOT_MS,
            bounds: [...LATENCY_BOUNDS],
            slots: [{ at: '2024-11-18T09:59:50.000Z', ...figures }],
            total: figures,
          },
        },
      },
    },
  },
];
