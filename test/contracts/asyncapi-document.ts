import { z } from 'zod';

const referenceSchema = z.strictObject({ $ref: z.string().startsWith('#/') });
const extension = z.looseObject({}).optional();
const serverSchema = z.strictObject({
  host: z.string(),
  protocol: z.literal('amqp1'),
  protocolVersion: z.literal('1.0'),
  description: z.string(),
  variables: z.record(z.string(), z.strictObject({ description: z.string() })).optional(),
  security: z.array(referenceSchema).optional(),
});
const busSchema = z.strictObject({
  entity: z.enum(['topic', 'queue', 'subscription']),
  topic: z.string().optional(),
  filter: z
    .union([
      z.strictObject({ sql: z.string() }),
      z.strictObject({ properties: z.record(z.string(), z.string()) }),
    ])
    .optional(),
});
const channelSchema = z.strictObject({
  address: z.string(),
  description: z.string().min(1),
  messages: z.record(z.string(), referenceSchema),
  parameters: z.strictObject({ warehouseId: z.strictObject({ description: z.string() }) }).optional(),
  'x-service-bus': busSchema,
});
const placeSchema = { channel: referenceSchema, messages: z.array(referenceSchema).length(1) };
const operationSchema = z.strictObject({
  action: z.enum(['send', 'receive']),
  summary: z.string().min(1),
  ...placeSchema,
  reply: z.strictObject(placeSchema).optional(),
});
const messageSchema = z.strictObject({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  contentType: z.literal('application/json'),
  headers: referenceSchema,
  payload: referenceSchema,
  examples: z.array(z.strictObject({ headers: z.looseObject({}), payload: z.looseObject({}) })).length(1),
  'x-service-bus': extension,
});
const name = z.string().regex(/^[A-Za-z0-9._-]+$/);

/** As much of AsyncAPI 3.0.0 as the documents use (asyncapi.com/docs/reference/specification/v3.0.0); anything else is an error. */
const documentSchema = z.strictObject({
  asyncapi: z.literal('3.0.0'),
  info: z.strictObject({
    title: z.string(),
    version: z.string(),
    description: z.string(),
    license: z.strictObject({ name: z.string() }),
  }),
  defaultContentType: z.literal('application/json'),
  servers: z.record(name, serverSchema),
  channels: z.record(name, channelSchema),
  operations: z.record(name, operationSchema),
  components: z.strictObject({
    messages: z.record(name, messageSchema),
    schemas: z.record(name, z.looseObject({})),
    securitySchemes: z.record(name, z.looseObject({ type: z.string() })),
  }),
});

export type AsyncApiDocument = z.infer<typeof documentSchema>;

/** A document as it travels. */
export function readAsyncApi(document: unknown): AsyncApiDocument {
  return documentSchema.parse(JSON.parse(JSON.stringify(document)));
}
