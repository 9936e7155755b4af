import { openApiDocument } from '../shared/openapi/document.ts';
import { httpRoute } from './edge/http.ts';

let document: object | undefined;

/** For everybody: the tools that read it send no key, and it tells what anybody can read in the source. */
httpRoute('openapi', {
  role: 'everybody',
  route: 'openapi.json',
  methods: ['GET'],
  handler: async () => {
    document ??= openApiDocument();
    return { jsonBody: document };
  },
});
