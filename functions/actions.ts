import { actionsQuerySchema } from '../shared/contracts/actions.ts';
import { services } from './composition/services.ts';
import { httpRoute, queryParameters } from './edge/http.ts';
import { pageAfter } from './edge/page-after.ts';

/** Who did what to the fabric, when and why; the newest first. */
httpRoute('actions', {
  route: 'actions',
  role: 'reader',
  methods: ['GET'],
  handler: async (request) => {
    const query = queryParameters(request, actionsQuerySchema);
    const { rows, ...next } = await pageAfter(query.continuationToken, () =>
      services.quarantine.actions.list(query),
    );
    return { jsonBody: { actions: rows, ...next } };
  },
});
