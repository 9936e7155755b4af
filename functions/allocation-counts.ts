import { services } from './composition/services.ts';
import { httpRoute } from './edge/http.ts';

/** How many lines of orders and carts are open, or were settled within a day, by state. */
httpRoute('allocation-counts', {
  route: 'allocations/counts',
  role: 'reader',
  methods: ['GET'],
  handler: async () => ({ jsonBody: await services.allocationCounts() }),
});
