import { z } from 'zod';
import { parameterNames } from './parameter-names.ts';
import { PROBLEMS, problemsOf } from './problems.ts';
import { type Answer, type Content, type Route, TAGS } from './route.ts';
import { PATH_PARAMETERS, SCHEMAS, type SchemaName } from './schemas.ts';

type Json = Record<string, unknown>;

/** Grows when a caller has to know: the second figure with what is added, the first with what would break it. */
const API_VERSION = '1.0.0';

/** The API as an OpenAPI 3.1 document, out of the routes and the schemas that the functions themselves check with. */
export function openApiDocument(routes: readonly Route[]): Json {
  return {
    openapi: '3.1.1',
    info: {
      title: 'Stockbridge',
      version: API_VERSION,
      summary: 'Available to promise, and promises that warehouses have confirmed.',
      description:
        'Quantities are whole pieces, times ISO 8601 UTC, days UTC days. Errors are problem details (RFC 9457) that name each field at fault and the value given. Bodies may have 256 KiB.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/api' }],
    security: [{ functionKey: [] }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths: pathsOf(routes),
    components: {
      schemas: schemaComponents(),
      parameters: parameterComponents(),
      responses: problemComponents(),
      securitySchemes: {
        functionKey: {
          type: 'apiKey',
          in: 'header',
          name: 'x-functions-key',
          description: 'A function key of the app. A laptop asks for none unless it is told to.',
        },
      },
    },
  };
}

function pathsOf(routes: readonly Route[]): Json {
  const byPath = Map.groupBy(routes, ({ path }) => `/${path}`);
  return Object.fromEntries(
    [...byPath].map(([path, operations]) => [
      path,
      Object.fromEntries(operations.map((route) => [route.method, operationOf(route)])),
    ]),
  );
}

function operationOf(route: Route): Json {
  const { operationId, tag, summary, description, isAnonymous, body } = route;
  const parameters = [...pathParametersOf(route), ...queryParametersOf(route)];
  return {
    operationId,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    ...(isAnonymous && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: !isOptional(body), content: jsonContent(body) } }),
    responses: {
      ...Object.fromEntries(
        Object.entries(route.answers).map(([status, answer]) => [status, responseOf(answer)]),
      ),
      ...Object.fromEntries(
        problemsOf(route).map(({ name, description: told }) => [
          PROBLEMS[name].status,
          { ...reference('responses', name), ...(told !== undefined && { description: told }) },
        ]),
      ),
    },
  };
}

function pathParametersOf({ path }: Route): Json[] {
  return parameterNames(path).map((name) => reference('parameters', name));
}

function queryParametersOf({ query }: Route): Json[] {
  return Object.entries(query?.shape ?? {}).map(([name, field]) => {
    const schema = jsonSchema(field, 'output');
    return { name, in: 'query', required: !z.safeParse(field, undefined).success, schema };
  });
}

function responseOf({ description, content, hasLocation }: Answer): Json {
  return {
    description,
    ...(hasLocation && {
      headers: { Location: { description: 'Where to look.', schema: { type: 'string' } } },
    }),
    ...(content === 'bytes' && { content: { 'application/octet-stream': {} } }),
    ...(content && content !== 'bytes' && { content: jsonContent(content) }),
  };
}

function jsonContent({ schema, example }: Content, type = 'application/json'): Json {
  return { [type]: { schema: reference('schemas', schema), example } };
}

function reference(kind: 'schemas' | 'parameters' | 'responses', name: string): Json {
  return { $ref: `#/components/${kind}/${name}` };
}

function schemaComponents(): Json {
  const registry = z.registry<{ id: SchemaName }>();
  for (const [id, schema] of Object.entries(SCHEMAS)) registry.add(schema, { id: id as SchemaName });
  // As a caller writes them, and as a caller reads them: nothing that comes later may break on `additionalProperties`.
  const { schemas } = z.toJSONSchema(registry, {
    io: 'input',
    uri: (id) => `#/components/schemas/${id}`,
    override: ({ jsonSchema: schema }) => simplify(schema),
  });
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, withoutIdentity(schema)]));
}

function parameterComponents(): Json {
  return Object.fromEntries(
    Object.entries(PATH_PARAMETERS).map(([name, { schema, description }]) => [
      name,
      { name, in: 'path', required: true, description, schema: jsonSchema(schema, 'input') },
    ]),
  );
}

function problemComponents(): Json {
  return Object.fromEntries(
    Object.entries(PROBLEMS).map(([name, { description, example }]) => [
      name,
      {
        description,
        ...(example && {
          content: jsonContent({ schema: 'ProblemDetails', example }, 'application/problem+json'),
        }),
      },
    ]),
  );
}

function jsonSchema(schema: z.core.$ZodType, io: 'input' | 'output'): Json {
  return withoutIdentity(
    z.toJSONSchema(schema, { io, override: ({ jsonSchema: inner }) => simplify(inner) }),
  );
}

/** No body reads as `{}`. */
function isOptional({ schema }: Content): boolean {
  return SCHEMAS[schema].safeParse({}).success;
}

/** What `integer`, `date` and `date-time` say already is left out: bounds of JavaScript, and patterns of 300 characters. */
function simplify(schema: z.core.JSONSchema.BaseSchema): void {
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.format === 'date' || schema.format === 'date-time') delete schema.pattern;
}

function withoutIdentity({ $schema: _schema, $id: _id, ...schema }: Json): Json {
  return schema;
}
