import type { Api } from './api.ts';
import { buildDocument } from './build-document.ts';
import { PROBLEMS } from './problems.ts';
import { TAGS, type Tag } from './route.ts';
import { ROUTES } from './routes.ts';
import { PATH_PARAMETERS, SCHEMAS, type SchemaName } from './schemas.ts';

/** The cloud's API, of the routes and the schemas that the functions themselves check with. */
export const CLOUD_API: Api<SchemaName, Tag> = {
  info: {
    title: 'Stockbridge',
    version: '1.1.0',
    summary: 'Available to promise, and promises that warehouses have confirmed.',
    description:
      'Quantities are whole pieces, times ISO 8601 UTC, days UTC days. Errors are problem details (RFC 9457) that name each field at fault and the value given. Bodies may have 256 KiB.',
  },
  serverUrl: '/api',
  securitySchemes: {
    functionKey: {
      type: 'apiKey',
      in: 'header',
      name: 'x-functions-key',
      description: 'A function key of the app. A laptop asks for none unless it is told to.',
    },
  },
  tags: TAGS,
  schemas: SCHEMAS,
  pathParameters: PATH_PARAMETERS,
  problems: PROBLEMS,
  routes: ROUTES,
};

/** It as an OpenAPI 3.1 document. */
export function openApiDocument(): Record<string, unknown> {
  return buildDocument(CLOUD_API);
}
