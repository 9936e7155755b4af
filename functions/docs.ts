import { apiPage, busPage, PAGE_HEADERS } from '../shared/api-page/page.ts';
import { CLOUD } from '../shared/asyncapi/cloud-document.ts';
import { CLOUD_API } from '../shared/openapi/document.ts';
import { httpRoute } from './edge/http.ts';

let pages: { api: string; bus: string } | undefined;

/** For everybody, both, as the documents are that they tell of: a browser that opens a page sends no key. */
const role = 'everybody';

httpRoute('docs', { role, route: 'docs', methods: ['GET'], handler: async () => pageResponse('api') });

httpRoute('docs-bus', {
  role,
  route: 'docs/bus',
  methods: ['GET'],
  handler: async () => pageResponse('bus'),
});

function pageResponse(name: 'api' | 'bus') {
  pages ??= { api: apiPage(CLOUD_API), bus: busPage(CLOUD) };
  return { headers: { ...PAGE_HEADERS }, body: pages[name] };
}
