import type { ApiRoute } from './api.ts';

type DocumentRoute = ApiRoute<'OpenApi' | 'AsyncApi', 'Operations'>;

/** Of an API and its side of the bus: the documents, and the pages that show them. For everybody. */
export const DOCUMENT_ROUTES: readonly DocumentRoute[] = [
  route('openapi', 'openapi.json', {
    summary: 'This document.',
    description: 'OpenAPI 3.1.',
    content: { schema: 'OpenApi', example: { openapi: '3.1.1' } },
  }),
  route('asyncapi', 'asyncapi.json', {
    summary: 'What is sent to the bus and taken from there, as a document.',
    description: 'AsyncAPI 3.0.',
    content: { schema: 'AsyncApi', example: { asyncapi: '3.0.0' } },
  }),
  route('docs', 'docs', {
    summary: 'This document as a page to read.',
    description: 'HTML without scripts.',
    content: 'html',
  }),
  route('docs-bus', 'docs/bus', {
    summary: 'The document of the bus as a page to read.',
    description: 'HTML without scripts.',
    content: 'html',
  }),
];

function route(
  operationId: string,
  path: string,
  { summary, ...answer }: Pick<DocumentRoute, 'summary'> & DocumentRoute['answers'][number],
): DocumentRoute {
  return {
    ...{ operationId, path, summary, method: 'get', tag: 'Operations' },
    ...{ isAnonymous: true, needsNothing: true },
    answers: { 200: answer },
  };
}
