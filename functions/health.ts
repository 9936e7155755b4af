import type { HttpResponseInit } from '@azure/functions';
import type { Health } from '../shared/contracts/health.ts';
import { services } from './composition/services.ts';
import { httpRoute } from './edge/http.ts';

/** For everybody, all three: load balancers and the platform's health check carry no key, and the answers hold no data. */
const role = 'everybody';

httpRoute('health', {
  role,
  route: 'health',
  methods: ['GET'],
  handler: async () => toResponse(await services.health()),
});

/** What the ATP API needs: an OMS can be answered while the rest is away. */
httpRoute('health-reads', {
  role,
  route: 'health/reads',
  methods: ['GET'],
  handler: async () => toResponse(await services.readsHealth()),
});

httpRoute('health-live', {
  role,
  route: 'health/live',
  methods: ['GET'],
  handler: async () => ({ jsonBody: { status: 'live' } }),
});

function toResponse(health: Health): HttpResponseInit {
  return { status: health.status === 'ready' ? 200 : 503, jsonBody: health };
}
