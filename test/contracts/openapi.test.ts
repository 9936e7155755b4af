import { globSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { installCoreModule } from '../../local/functions-host/app/core-module.ts';
import { openApiDocument } from '../../shared/openapi/document.ts';
import { PROBLEMS } from '../../shared/openapi/problems.ts';
import type { Content } from '../../shared/openapi/route.ts';
import { ROUTES } from '../../shared/openapi/routes.ts';
import { PATH_PARAMETERS, SCHEMAS } from '../../shared/openapi/schemas.ts';

const root = join(import.meta.dirname, '../..');

/** Settings that let the app start; nothing connects before its first use. */
const SETTINGS = {
  ServiceBusConnection:
    'Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=Root;SharedAccessKey=none;UseDevelopmentEmulator=true;',
  CosmosConnection: 'AccountEndpoint=http://127.0.0.1:1/;AccountKey=bm9uZQ==',
  StorageConnection:
    'DefaultEndpointsProtocol=http;AccountName=none;AccountKey=bm9uZQ==;BlobEndpoint=http://127.0.0.1:1/none;TableEndpoint=http://127.0.0.1:1/none;',
};

type Operation = { operationId: string; method: string; path: string; isAnonymous: boolean };

const httpTriggerSchema = z.object({
  type: z.literal('httpTrigger'),
  route: z.string(),
  methods: z.array(z.string()),
  authLevel: z.enum(['function', 'anonymous']),
});

/** The HTTP functions of the app, loaded as a host loads it. */
async function registeredOperations(): Promise<Operation[]> {
  Object.assign(process.env, SETTINGS);
  const { functions } = installCoreModule(() => {});
  for (const file of globSync('functions/*.ts', { cwd: root })) {
    if (!file.endsWith('.test.ts')) await import(join(root, file));
  }
  return [...functions.values()].flatMap(({ metadata }) =>
    Object.values(metadata.bindings).flatMap((binding) => {
      const trigger = httpTriggerSchema.safeParse(binding).data;
      const { methods = [], route = '', authLevel } = trigger ?? {};
      return methods.map((method) => ({
        operationId: metadata.name,
        method: method.toLowerCase(),
        path: route,
        isAnonymous: authLevel === 'anonymous',
      }));
    }),
  );
}

function sorted(operations: readonly Operation[]): Operation[] {
  return [...operations].sort((a, b) => (a.operationId < b.operationId ? -1 : 1));
}

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
  in: z.enum(['path', 'query']),
  required: z.boolean(),
  description: z.string().optional(),
  schema: z.looseObject({}),
});
const responseSchema = z.strictObject({
  description: z.string().min(1),
  headers: z
    .record(z.string(), z.strictObject({ description: z.string(), schema: z.looseObject({}) }))
    .optional(),
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

/** As much of OpenAPI 3.1.1 as the document uses (spec.openapis.org/oas/v3.1.1, section 4.8); anything else is an error. */
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
    responses: z.record(z.string(), responseSchema),
    securitySchemes: z.record(
      z.string(),
      z.strictObject({
        type: z.literal('apiKey'),
        in: z.literal('header'),
        name: z.string(),
        description: z.string(),
      }),
    ),
  }),
});

/** As it travels. */
const document = documentSchema.parse(JSON.parse(JSON.stringify(openApiDocument(ROUTES))));
const operations = Object.values(document.paths).flatMap((path) => Object.values(path));

describe('The OpenAPI document', () => {
  let registered: Operation[];
  beforeAll(async () => {
    registered = await registeredOperations();
  });

  test('has every route of the app, and no other, with its name and whether it asks for a key', () => {
    const told = ROUTES.map(({ operationId, method, path, isAnonymous = false }) => ({
      operationId,
      method,
      path,
      isAnonymous,
    }));
    expect(registered.length).toBeGreaterThan(20);
    expect(sorted(told)).toEqual(sorted(registered));
  });

  test('holds together: every reference leads to a component, and every component is used', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+)\/([\w.-]+)"/g)];
    const used = new Set(references.map(([, kind, name]) => `${kind}/${name}`));
    const { securitySchemes: _securitySchemes, ...kinds } = document.components;
    const there = Object.entries(kinds).flatMap(([kind, components]) =>
      Object.keys(components).map((name) => `${kind}/${name}`),
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
    const problems = Object.values(document.components.responses).flatMap(({ content = {} }) =>
      Object.keys(content),
    );
    expect(new Set(problems)).toEqual(new Set(['application/problem+json']));
  });

  test('declares each parameter of a path', () => {
    const names = new Set(
      Object.keys(document.paths).flatMap((path) => path.match(/(?<=\{)\w+(?=\})/g) ?? []),
    );
    expect([...names].sort()).toEqual(Object.keys(PATH_PARAMETERS).sort());
  });

  test('says what a field means, as the contract does', () => {
    expect(document.components.schemas.OrderLine).toMatchObject({
      required: ['lineId', 'itemId', 'quantity'],
      properties: {
        quantity: { type: 'integer', minimum: 1, description: 'Pieces.' },
        wantedDate: { type: 'string', format: 'date', description: expect.stringContaining('UTC day') },
        allowSplit: { type: 'boolean', default: true },
      },
    });
    expect(document.paths['/items/{itemId}/atp']?.get?.parameters).toEqual([
      { $ref: '#/components/parameters/itemId' },
      { name: 'from', in: 'query', required: false, schema: { type: 'string', format: 'date' } },
      { name: 'to', in: 'query', required: false, schema: { type: 'string', format: 'date' } },
    ]);
  });

  test('leaves a caller room: nothing a caller reads forbids what is added later', () => {
    const { ReplayRequest: _closed, ...others } = document.components.schemas;
    expect(JSON.stringify(others)).not.toContain('"additionalProperties":false');
  });
});

describe('The examples', () => {
  const contents = ROUTES.flatMap(({ operationId, body, answers }) => {
    const all = [body, ...Object.values(answers).map(({ content }) => content)];
    return all
      .filter((content): content is Content => content !== undefined && content !== 'bytes')
      .map((content, index) => [`${operationId} ${index}`, content] as const);
  });

  test.each(contents)('of %s keep their schema', (_name, { schema, example }) => {
    const parsed = z.safeParse<z.ZodType>(SCHEMAS[schema], example);
    expect(parsed.error?.issues ?? []).toEqual([]);
    // Nothing in an example is unknown to its schema.
    expect(parsed.data).toMatchObject(Object(example));
  });

  test('of errors are problems of their status', () => {
    for (const { status, example } of Object.values(PROBLEMS)) {
      if (example) expect(SCHEMAS.ProblemDetails.parse(example)).toEqual({ ...example, status });
    }
  });
});
