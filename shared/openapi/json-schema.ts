import { z } from 'zod';

export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The version of JSON Schema that a kind of document speaks: OpenAPI 3.1 the later one, AsyncAPI 3 the earlier. */
export type Dialect = 'draft-2020-12' | 'draft-7';

/**
 * Schemas as `components/schemas` of a document. As a caller writes them, and as a caller reads them: nothing that comes
 * later may break on `additionalProperties`.
 */
export function schemaComponents(
  schemas: Readonly<Record<string, z.ZodType>>,
  target: Dialect = 'draft-2020-12',
): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  const made = z.toJSONSchema(registry, {
    ...{ io: 'input', target },
    uri: (id) => `#/components/schemas/${id}`,
    override: ({ jsonSchema: schema }) => simplify(schema),
  });
  return Object.fromEntries(
    Object.entries(made.schemas).map(([name, schema]) => [name, withoutIdentity(schema)]),
  );
}

/** One schema, as it is written (`input`) or read (`output`). */
export function jsonSchema(schema: z.core.$ZodType, io: 'input' | 'output'): JsonSchema {
  return withoutIdentity(
    z.toJSONSchema(schema, { io, override: ({ jsonSchema: inner }) => simplify(inner) }),
  );
}

/** What `integer`, `date` and `date-time` say already is left out: bounds of JavaScript, and patterns of 300 characters. */
function simplify(schema: JsonSchema): void {
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.format === 'date' || schema.format === 'date-time') delete schema.pattern;
}

function withoutIdentity({ $schema: _schema, $id: _id, ...schema }: JsonSchema): JsonSchema {
  return schema;
}
