import { services } from './composition/services.ts';
import { httpRoute } from './edge/http.ts';

/** What waits on the bus, by subscription and queue, and what the adapters tell there of themselves. */
httpRoute('backlog', {
  route: 'backlog',
  role: 'reader',
  methods: ['GET'],
  handler: async () => ({ jsonBody: await services.backlog() }),
});
