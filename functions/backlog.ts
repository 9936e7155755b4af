import { services } from './composition/services.ts';
import { httpRoute } from './edge/http.ts';

/** What waits on the bus, by subscription and queue. */
httpRoute('backlog', {
  route: 'backlog',
  role: 'reader',
  methods: ['GET'],
  handler: async () => ({ jsonBody: await services.backlog() }),
});
