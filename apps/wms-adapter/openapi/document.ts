import { z } from 'zod';
import { deviceClockSchema } from '../../../shared/contracts/device-clock.ts';
import { utcTimestampSchema } from '../../../shared/contracts/identifiers.ts';
import type { Api } from '../../../shared/openapi/api.ts';
import { buildDocument } from '../../../shared/openapi/build-document.ts';
import { PROBLEMS } from './problems.ts';
import { TAGS, type Tag } from './route.ts';
import { ROUTES } from './routes.ts';
import { PATH_PARAMETERS, SCHEMAS, type SchemaName } from './schemas.ts';

const clockHeaders = deviceClockSchema.in.shape;

/** The adapter's API, of its routes and the schemas that they check with. */
export const ADAPTER_API: Api<SchemaName, Tag> = {
  info: {
    title: 'Stockbridge WMS adapter',
    version: '1.0.0',
    summary: 'What scanners post, and what they have to know.',
    description:
      'Quantities are whole pieces, times ISO 8601 UTC. Errors are problem details (RFC 9457). A call that posts transactions is answered with one outcome for each; it fails as a whole only where it cannot be read. Bodies may have 1 MiB; answers over 1 KiB are compressed for who accepts gzip.',
  },
  serverUrl: '/api/v1',
  securitySchemes: {
    bearer: {
      type: 'http',
      scheme: 'bearer',
      description: 'The key of a device, or the adapter’s own. A laptop asks for none.',
    },
    apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key', description: 'The same key.' },
  },
  tags: TAGS,
  schemas: SCHEMAS,
  pathParameters: PATH_PARAMETERS,
  requestHeaders: {
    'X-Device-Time': { schema: clockHeaders['x-device-time'], description: 'The wall clock of the device.' },
    'X-Device-Run': {
      schema: clockHeaders['x-device-run'],
      description: 'A name for the time since the device, or its app, started: another after each start.',
    },
    'X-Device-Monotonic': {
      schema: clockHeaders['x-device-monotonic'],
      description: 'Milliseconds since that start, by a clock that nobody sets.',
    },
    'X-Device-Call': {
      schema: clockHeaders['x-device-call'],
      description:
        'A number that is higher than those of all calls that the device made before. What was refused in one call is not booked by an earlier one that arrives later.',
    },
  },
  responseHeaders: {
    'X-Server-Time': { schema: utcTimestampSchema, description: 'When the answer left.' },
    'X-Clock-Offset': {
      schema: z.int(),
      description:
        'By how many milliseconds the device was ahead when the call arrived; where it told its time.',
    },
  },
  problems: PROBLEMS,
  routes: ROUTES,
};

/** It as an OpenAPI 3.1 document. */
export function adapterDocument(): Record<string, unknown> {
  return buildDocument(ADAPTER_API);
}
