import type { z } from 'zod';
import { fieldErrors } from '../../../shared/http/problem-details.ts';
import type { Settlement } from './settlement.ts';

/** A message whose body does not keep its schema can never be acted on: each field at fault is named. */
export function refusedBody(reason: string, error: z.ZodError, body: unknown): Settlement {
  const errors = fieldErrors(error, body);
  const description = errors.map(({ pointer, detail }) => `${pointer || 'body'}: ${detail}`).join('; ');
  return { kind: 'dead-letter', reason, description };
}

/** A message about another warehouse than the one whose subscription it came by. `pointer` names the field. */
export function refusedWarehouse(pointer: string, given: string, served: string): Settlement {
  const description = `${pointer}: ${given} is not served here: this is the subscription of ${served}`;
  return { kind: 'dead-letter', reason: 'other-warehouse', description };
}
