import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Api, ApiContent } from '../../shared/openapi/api.ts';

const contentSchema = z.record(
  z.string(),
  z.strictObject({ schema: z.looseObject({}).optional(), example: z.unknown().optional() }),
);
const referenceSchema = z.strictObject({
  $ref: z.string().startsWith('#/components/'),
  description: z.string().optional(),
});
const parameterSchema = z.strictObject({
  name: z.string(),
  in: z.enum(['path', 'query', 'header']),
  required: z.boolean(),
  description: z.string().optional(),
  schema: z.looseObject({}),
});
const headerSchema = z.strictObject({ description: z.string(), schema: z.looseObject({}) });
const responseSchema = z.strictObject({
  description: z.string().min(1),
  headers: z.record(z.string(), z.union([headerSchema, referenceSchema])).optional(),
  content: contentSchema.optional(),
});
const operationSchema = z.strictObject({
  operationId: z.string().min(1),
  tags: z.array(z.string()).length(1),
  summary: z.string().min(1),
  description: z.string().optional(),
  security: z.array(z.record(z.string(), z.array(z.string()))).optional(),
  parameters: z.array(z.union([parameterSchema, referenceSchema])).optional(),
  requestBody: z.strictObject({ required: z.boolean(), content: contentSchema }).optional(),
  responses: z.record(z.string().regex(/^[1-5]\d\d$/), z.union([responseSchema, referenceSchema])),
});
const securitySchemeSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('apiKey'),
    in: z.literal('header'),
    name: z.string(),
    description: z.string(),
  }),
  z.strictObject({ type: z.literal('http'), scheme: z.literal('bearer'), description: z.string() }),
]);

/** As much of OpenAPI 3.1.1 as the documents use (spec.openapis.org/oas/v3.1.1, section 4.8); anything else is an error. */
const documentSchema = z.strictObject({
  openapi: z.string().regex(/^3\.1\.\d$/),
  info: z.strictObject({
    title: z.string(),
    version: z.string(),
    summary: z.string(),
    description: z.string(),
    license: z.strictObject({ name: z.string(), identifier: z.string() }),
  }),
  servers: z.array(z.strictObject({ url: z.string() })),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  tags: z.array(z.strictObject({ name: z.string(), description: z.string() })),
  paths: z.record(
    z.string().startsWith('/'),
    z.partialRecord(z.enum(['get', 'put', 'post', 'delete']), operationSchema),
  ),
  components: z.strictObject({
    schemas: z.record(z.string().regex(/^[\w.-]+$/), z.looseObject({})),
    parameters: z.record(z.string(), parameterSchema),
    headers: z.record(z.string(), headerSchema).optional(),
    responses: z.record(z.string(), responseSchema),
    securitySchemes: z.record(z.string(), securitySchemeSchema),
  }),
});

export type OpenApiDocument = z.infer<typeof documentSchema>;

/** A document as it travels. */
export function readDocument(document: unknown): OpenApiDocument {
  return documentSchema.parse(JSON.parse(JSON.stringify(document)));
}

/** The tests that every API's document passes. */
export function testDocument(
  document: OpenApiDocument,
  {
    routes,
    schemas,
    problems,
    pathParameters,
  }: Pick<Api, 'routes' | 'schemas' | 'problems' | 'pathParameters'>,
): void {
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));

  describe('The OpenAPI document', () => {
    test('holds together: every reference leads to a component, and every component is used', () => {
      const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+)\/([\w.-]+)"/g)];
      const used = new Set(references.map(([, kind, name]) => `${kind}/${name}`));
      const { securitySchemes: _securitySchemes, ...kinds } = document.components;
      const there = Object.entries(kinds).flatMap(([kind, components]) =>
        Object.keys(components ?? {}).map((name) => `${kind}/${name}`),
      );
      expect([...used].sort()).toEqual(there.sort());
    });

    test('names every operation once, in a tag and with a security scheme that it declares', () => {
      expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
      const tags = document.tags.map(({ name }) => name);
      expect(operations.flatMap((operation) => operation.tags).filter((tag) => !tags.includes(tag))).toEqual(
        [],
      );
      expect(document.security.flatMap((scheme) => Object.keys(scheme))).toEqual(
        Object.keys(document.components.securitySchemes),
      );
    });

    test('tells of every operation that a fault is a problem', () => {
      expect(operations.filter(({ responses }) => !('500' in responses))).toEqual([]);
      const types = Object.values(document.components.responses).flatMap(({ content = {} }) =>
        Object.keys(content),
      );
      expect(new Set(types)).toEqual(new Set(['application/problem+json']));
    });

    test('tells of every 503 after how long to ask again', () => {
      const away = Object.entries(problems).filter(([, { status }]) => status === 503);
      expect(away.length).toBeGreaterThan(0);
      for (const [name] of away) {
        expect(document.components.responses[name]?.headers).toMatchObject({
          'Retry-After': { schema: { type: 'integer', minimum: 1 } },
        });
      }
    });

    test('declares each parameter of a path', () => {
      const names = new Set(
        Object.keys(document.paths).flatMap((path) => path.match(/(?<=\{)\w+(?=\})/g) ?? []),
      );
      expect([...names].sort()).toEqual(Object.keys(pathParameters).sort());
    });
  });

  describe('The examples', () => {
    const byName: Readonly<Record<string, z.ZodType | undefined>> = schemas;
    const contents = routes.flatMap(({ operationId, body, answers }): [string, ApiContent][] => {
      const all = [body, ...Object.values(answers).map(({ content }) => content)];
      return all
        .filter((content) => typeof content === 'object')
        .map((content, index) => [`${operationId} ${index}`, content]);
    });

    test.each(contents)('of %s keep their schema', (_name, { schema, example }) => {
      const parsed = z.safeParse(byName[schema] ?? z.never(), example);
      expect(parsed.error?.issues ?? []).toEqual([]);
      // Nothing in an example is unknown to its schema.
      expect(parsed.data).toMatchObject(Object(example));
    });

    test('of errors are problems of their status', () => {
      for (const { status, example } of Object.values(problems)) {
        if (example) expect(schemas.ProblemDetails.parse(example)).toEqual({ ...example, status });
      }
    });
  });
}
