import { z } from 'zod';

/** An error as HTTP tells it (RFC 9457). `errors` names each field at fault (a JSON pointer) and what is wrong with its value. */
export const problemDetailsSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
});

export type ProblemDetails = z.infer<typeof problemDetailsSchema>;
