import { z } from 'zod';
import type { Fields } from './bicep/value.ts';

/** What JSON can say, as a value of Bicep. */
export const jsonSchema = z.json();

/** A JSON file that is an object. */
export const jsonFieldsSchema = z.record(z.string(), z.json()) satisfies z.ZodType<Fields>;
