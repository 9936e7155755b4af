import { Hono } from 'hono';
import { apiPage, busPage, PAGE_HEADERS } from '../../../shared/api-page/page.ts';
import { ADAPTER, adapterAsyncApi } from '../openapi/bus-document.ts';
import { ADAPTER_API, adapterDocument } from '../openapi/document.ts';
import { jsonAnswer } from './json-answer.ts';

/**
 * `GET /openapi.json`, `/asyncapi.json`, and the two as pages to read, `/docs` and `/docs/bus`. Without a key: the tools and browsers that
 * read them send none, and they tell what anybody can read in the source.
 */
export function documentRoutes(): Hono {
  const apiDocument = once(adapterDocument);
  const busDocument = once(adapterAsyncApi);
  const api = once(() => apiPage(ADAPTER_API));
  const bus = once(() => busPage(ADAPTER));
  return new Hono()
    .get('/openapi.json', (context) => jsonAnswer(context, apiDocument()))
    .get('/asyncapi.json', (context) => jsonAnswer(context, busDocument()))
    .get('/docs', (context) => context.body(api(), 200, { ...PAGE_HEADERS }))
    .get('/docs/bus', (context) => context.body(bus(), 200, { ...PAGE_HEADERS }));
}

/** Made when it is first asked for. */
function once<Value>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
