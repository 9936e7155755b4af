import { openPromises } from '../shared/allocation/open-promises.ts';
import { itemIdSchema } from '../shared/contracts/identifiers.ts';
import { services } from './composition/services.ts';
import { httpRoute, pathParameter } from './edge/http.ts';

/** Who holds or waits for pieces of an item. */
httpRoute('item-promises', {
  route: 'items/{itemId}/promises',
  role: 'reader',
  methods: ['GET'],
  handler: async (request) => {
    const itemId = pathParameter(request, 'itemId', itemIdSchema);
    return { jsonBody: await openPromises(itemId, services.openLines) };
  },
});
