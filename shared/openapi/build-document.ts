import { z } from 'zod';
import type { Api, ApiAnswer, ApiContent, ApiProblem, ApiRoute, Parameters } from './api.ts';
import { parameterNames } from './parameter-names.ts';

type Json = Record<string, unknown>;

/** An API as an OpenAPI 3.1 document, out of its routes and the schemas that its code checks with. */
export function buildDocument(api: Api): Json {
  const { info, serverUrl, securitySchemes, tags, requestHeaders, responseHeaders } = api;
  return {
    openapi: '3.1.1',
    info: { ...info, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: serverUrl }],
    security: Object.keys(securitySchemes).map((name) => ({ [name]: [] })),
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths: pathsOf(api),
    components: {
      schemas: schemaComponents(api),
      parameters: {
        ...parameterComponents(api.pathParameters, 'path'),
        ...parameterComponents(requestHeaders ?? {}, 'header'),
      },
      ...(responseHeaders && { headers: headerComponents(responseHeaders) }),
      responses: problemComponents(api),
      securitySchemes,
    },
  };
}

function pathsOf(api: Api): Json {
  const byPath = Map.groupBy(api.routes, ({ path }) => `/${path}`);
  return Object.fromEntries(
    [...byPath].map(([path, operations]) => [
      path,
      Object.fromEntries(operations.map((route) => [route.method, operationOf(api, route)])),
    ]),
  );
}

function operationOf(api: Api, route: ApiRoute): Json {
  const { operationId, tag, summary, description, isAnonymous, body } = route;
  const parameters = [
    ...[...parameterNames(route.path), ...Object.keys(api.requestHeaders ?? {})].map((name) =>
      reference('parameters', name),
    ),
    ...queryParametersOf(route),
  ];
  return {
    operationId,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    ...(isAnonymous && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: !isOptional(api, body), content: jsonContent(body) } }),
    responses: {
      ...Object.fromEntries(
        Object.entries(route.answers).map(([status, answer]) => [status, responseOf(api, answer)]),
      ),
      ...Object.fromEntries(
        problemsOf(api, route).map(({ name, status, told }) => [
          status,
          { ...reference('responses', name), ...(told !== undefined && { description: told }) },
        ]),
      ),
    },
  };
}

/** The errors an operation can answer, with a sentence of their own if they have one. */
function problemsOf(
  { problems }: Api,
  route: ApiRoute,
): { name: string; status: number; told: string | undefined }[] {
  const own: Readonly<Record<number, string | undefined>> = route.problems ?? {};
  return Object.entries(problems)
    .filter(([, problem]) => problem.appliesTo(route))
    .map(([name, { status }]) => ({ name, status, told: own[status] }));
}

function queryParametersOf({ query }: ApiRoute): Json[] {
  return Object.entries(query?.shape ?? {}).map(([name, field]) => {
    const schema = jsonSchema(field, 'output');
    return { name, in: 'query', required: !z.safeParse(field, undefined).success, schema };
  });
}

function responseOf(api: Api, { description, content, hasLocation }: ApiAnswer): Json {
  const headers = {
    ...(hasLocation && { Location: { description: 'Where to look.', schema: { type: 'string' } } }),
    ...commonHeaders(api),
  };
  return {
    description,
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(content === 'bytes' && { content: { 'application/octet-stream': {} } }),
    ...(content && content !== 'bytes' && { content: jsonContent(content) }),
  };
}

function commonHeaders({ responseHeaders }: Api): Json {
  return Object.fromEntries(
    Object.keys(responseHeaders ?? {}).map((name) => [name, reference('headers', name)]),
  );
}

function jsonContent({ schema, example }: ApiContent, type = 'application/json'): Json {
  return { [type]: { schema: reference('schemas', schema), example } };
}

function reference(kind: 'schemas' | 'parameters' | 'headers' | 'responses', name: string): Json {
  return { $ref: `#/components/${kind}/${name}` };
}

function schemaComponents(api: Api): Json {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(api.schemas)) registry.add(schema, { id });
  // As a caller writes them, and as a caller reads them: nothing that comes later may break on `additionalProperties`.
  const { schemas } = z.toJSONSchema(registry, {
    io: 'input',
    uri: (id) => `#/components/schemas/${id}`,
    override: ({ jsonSchema: schema }) => simplify(schema),
  });
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, withoutIdentity(schema)]));
}

function parameterComponents(parameters: Parameters, place: 'path' | 'header'): Json {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { schema, description }]) => [
      name,
      { name, in: place, required: place === 'path', description, schema: jsonSchema(schema, 'input') },
    ]),
  );
}

function headerComponents(headers: Parameters): Json {
  return Object.fromEntries(
    Object.entries(headers).map(([name, { schema, description }]) => [
      name,
      { description, schema: jsonSchema(schema, 'output') },
    ]),
  );
}

function problemComponents(api: Api): Json {
  return Object.fromEntries(
    Object.entries(api.problems).map(([name, problem]) => [name, problemComponent(api, problem)]),
  );
}

function problemComponent(api: Api, { description, example, headers: own = {} }: ApiProblem): Json {
  const headers = { ...headerComponents(own), ...commonHeaders(api) };
  return {
    description,
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(example && {
      content: jsonContent({ schema: 'ProblemDetails', example }, 'application/problem+json'),
    }),
  };
}

function jsonSchema(schema: z.core.$ZodType, io: 'input' | 'output'): Json {
  return withoutIdentity(
    z.toJSONSchema(schema, { io, override: ({ jsonSchema: inner }) => simplify(inner) }),
  );
}

/** No body reads as `{}`. */
function isOptional({ schemas }: Api, { schema }: ApiContent): boolean {
  const byName: Readonly<Record<string, z.ZodType | undefined>> = schemas;
  return byName[schema]?.safeParse({}).success ?? false;
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
