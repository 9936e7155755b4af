import { z } from 'zod';

/** What may be wrong with a field, so that a device can say it in the language of its worker. */
export const FAULT_CODES = [
  'required',
  'malformed',
  'not-whole',
  'not-positive',
  'zero',
  'negative',
  'too-many',
  'same-location',
  'unknown-item',
  'unknown-location',
  'unknown-warehouse',
  'beyond-limit',
  'clock-never-set',
  'id-reused',
  'other-device',
  'device-elsewhere',
  'unknown-user',
  'inactive-user',
  'user-elsewhere',
  'not-a-supervisor',
] as const;

export type FaultCode = (typeof FAULT_CODES)[number];

/** A field at fault: `detail` is a sentence for developers, the rest is what it says, for programs. */
export const fieldFaultSchema = z.object({
  pointer: z.string(),
  detail: z.string(),
  code: z
    .string()
    .optional()
    .describe(`\`${FAULT_CODES.join('`, `')}\`. More may come: who does not know one shows \`detail\`.`),
  belongsTo: z
    .array(z.string())
    .optional()
    .describe('The device of the key (`other-device`), or the warehouses of device or user (`…-elsewhere`).'),
  pieces: z.number().optional().describe('What the position would hold (`beyond-limit`).'),
  limit: z.number().optional().describe('Pieces, at most (`too-many`, `beyond-limit`).'),
});

/** As it is read: a later adapter may tell codes that are not known here. */
export type FieldFault = z.infer<typeof fieldFaultSchema>;

/** As it is told. */
export type ToldFault = FieldFault & { readonly code: FaultCode };
