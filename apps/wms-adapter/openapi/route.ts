import type { ApiContent, ApiRoute } from '../../../shared/openapi/api.ts';
import type { SchemaName } from './schemas.ts';

/** A body of the adapter's API and an instance of it. */
export type Content = ApiContent<SchemaName>;

/** An operation of the adapter as a caller sees it; `path` stands below `/api/v1`. */
export type Route = ApiRoute<SchemaName, Tag>;

export const TAGS = {
  Scanning: 'Post what was scanned, and see what is there.',
  Locks: 'Count a location: others are warned, and nothing in it is promised.',
  'Master data': 'What a scanner checks by, also offline.',
  History: 'Which transactions made a figure, where stock is short, and what has to be counted again.',
  Registry: 'Devices with their keys, and users.',
  Operations: 'Health, the books, and this document.',
} as const;

export type Tag = keyof typeof TAGS;
