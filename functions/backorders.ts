import { backordersQuerySchema } from '../shared/contracts/allocation.ts';
import { isRank } from '../shared/domain/order-line.ts';
import { listBackorders } from '../shared/planning/backorders.ts';
import { services } from './composition/services.ts';
import { httpRoute, queryParameters } from './edge/http.ts';

const pageSchema = backordersQuerySchema.extend({
  continuationToken: backordersQuerySchema.shape.continuationToken
    .unwrap()
    .transform((token) => Buffer.from(token, 'base64url').toString('utf8'))
    .refine(isRank, 'No list gave this token')
    .optional(),
});

/** What waits for stock, in the order in which it will be served, and for which day it is promised. */
httpRoute('backorders', {
  route: 'backorders',
  role: 'reader',
  methods: ['GET'],
  handler: async (request) => {
    const { itemId, orderId, top, continuationToken } = queryParameters(request, pageSchema);
    const wanted = { itemId, orderId, limit: top, after: continuationToken };
    const { backorders, next } = await listBackorders(wanted, services.planning);
    if (next === undefined) return { jsonBody: { backorders } };
    const token = Buffer.from(next, 'utf8').toString('base64url');
    return { jsonBody: { backorders, continuationToken: token } };
  },
});
