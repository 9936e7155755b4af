import { cloudAsyncApi } from '../shared/asyncapi/cloud-document.ts';
import { services } from './composition/services.ts';
import { httpRoute } from './edge/http.ts';

let document: object | undefined;

/** For everybody, as the OpenAPI document is. */
httpRoute('asyncapi', {
  role: 'everybody',
  route: 'asyncapi.json',
  methods: ['GET'],
  handler: async () => {
    document ??= cloudAsyncApi(services.options.warehouses);
    return { jsonBody: document };
  },
});
