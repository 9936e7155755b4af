import { z } from 'zod';
import { referenceSchema } from './identifiers.ts';

/** What the journal keeps of when events of a stock were projected: event id, milliseconds since 1970 UTC. */
export const projectedTimesSchema = z.array(z.tuple([referenceSchema, z.int()]).readonly());
