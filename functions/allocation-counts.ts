import { services } from './composition/services.ts';
import { httpRoute } from './edge/http.ts';

/** How many lines of orders and carts are open, by state. */
httpRoute('allocation-counts', {
  route: 'allocations/counts',
  role: 'reader',
  methods: ['GET'],
  handler: async () => ({ jsonBody: await services.allocationCounts() }),
});
