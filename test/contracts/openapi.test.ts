import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openApiDocument } from '../../shared/openapi/document.ts';
import { PROBLEMS } from '../../shared/openapi/problems.ts';
import { ROUTES } from '../../shared/openapi/routes.ts';
import { PATH_PARAMETERS, SCHEMAS } from '../../shared/openapi/schemas.ts';
import { readDocument, testDocument } from './openapi-document.ts';
import { registeredFunctions } from './registered-functions.ts';

type Operation = { operationId: string; method: string; path: string; isAnonymous: boolean };

const httpTriggerSchema = z.object({
  type: z.literal('httpTrigger'),
  route: z.string(),
  methods: z.array(z.string()),
  authLevel: z.enum(['function', 'anonymous']),
});

/** The HTTP functions of the app, loaded as a host loads it. */
async function registeredOperations(): Promise<Operation[]> {
  const functions = await registeredFunctions();
  return functions.flatMap(({ metadata }) =>
    Object.values(metadata.bindings).flatMap((binding) => {
      const trigger = httpTriggerSchema.safeParse(binding).data;
      const { methods = [], route = '', authLevel } = trigger ?? {};
      // Those for people are the same, with a sign-in for a key; the console is a page.
      if (route.startsWith('people/') || route.startsWith('console/')) return [];
      return methods.map((method) => ({
        operationId: metadata.name,
        method: method.toLowerCase(),
        path: route,
        isAnonymous: authLevel === 'anonymous',
      }));
    }),
  );
}

const schemaWithProperties = z.object({
  properties: z.record(
    z.string(),
    z.object({
      type: z.string().optional(),
      enum: z.array(z.string()).optional(),
      description: z.string().optional(),
    }),
  ),
});

function sorted(operations: readonly Operation[]): Operation[] {
  return [...operations].sort((a, b) => (a.operationId < b.operationId ? -1 : 1));
}

const document = readDocument(openApiDocument());

describe('The OpenAPI document of the cloud', () => {
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
      expect.objectContaining({ name: 'from', schema: expect.objectContaining({ format: 'date' }) }),
      expect.objectContaining({ name: 'to', schema: expect.objectContaining({ format: 'date' }) }),
    ]);
  });

  test('says of every figure, state and filter of an OMS what it means', () => {
    const read = ['AllocationSource', 'AtpDay', 'Backorder', 'HoldState', 'ItemAtp', 'LineAllocation'];
    const unsaid = [...read, 'OrderAllocation', 'WarehouseAtp'].flatMap((name) => {
      const { properties } = schemaWithProperties.parse(document.components.schemas[name]);
      return Object.entries(properties)
        .filter(([, { type, enum: states }]) => type === 'integer' || states)
        .filter(([, { description }]) => description === undefined)
        .map(([field]) => `${name}.${field}`);
    });
    const filters = Object.values(document.paths)
      .flatMap((path) => Object.values(path))
      .filter(({ tags: [tag = ''] }) => ['Orders', 'Holds', 'ATP', 'Planning'].includes(tag))
      .flatMap(({ operationId, parameters = [] }) =>
        parameters
          .filter((parameter) => 'schema' in parameter)
          .filter(({ schema }) => schema.description === undefined)
          .map(({ name }) => `${operationId} ${name}`),
      );
    expect([...unsaid, ...filters]).toEqual([]);
  });

  test('leaves a caller room: nothing a caller reads forbids what is added later', () => {
    const { schemas } = document.components;
    // What would be too much: a misspelt field of these would mean other messages than were meant.
    const closed = ['ReplayOneRequest', 'ReplayRequest', 'DeleteRequest', 'RestoreRequest'];
    const others = Object.entries(schemas).filter(([name]) => !closed.includes(name));
    expect(JSON.stringify(others)).not.toContain('"additionalProperties":false');
  });
});

testDocument(document, {
  routes: ROUTES,
  schemas: SCHEMAS,
  problems: PROBLEMS,
  pathParameters: PATH_PARAMETERS,
});
