import { cloudAsyncApi } from '../shared/asyncapi/cloud-document.ts';
import { httpRoute } from './edge/http.ts';

let document: object | undefined;

/** For everybody, as the OpenAPI document is. */
httpRoute('asyncapi', {
  role: 'everybody',
  route: 'asyncapi.json',
  methods: ['GET'],
  handler: async () => {
    document ??= cloudAsyncApi();
    return { jsonBody: document };
  },
});
