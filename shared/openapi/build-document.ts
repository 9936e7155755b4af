import { z } from 'zod';
import type { Api, ApiAnswer, ApiContent, ApiProblem, ApiRoute, Parameters } from './api.ts';
import { jsonSchema, schemaComponents } from './json-schema.ts';
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
      schemas: schemaComponents(api.schemas),
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
export function problemsOf(
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
    ...(content !== undefined && { content: contentOf(content) }),
  };
}

function commonHeaders({ responseHeaders }: Api): Json {
  return Object.fromEntries(
    Object.keys(responseHeaders ?? {}).map((name) => [name, reference('headers', name)]),
  );
}

function contentOf(content: NonNullable<ApiAnswer['content']>): Json {
  if (content === 'bytes') return { 'application/octet-stream': {} };
  return content === 'html' ? { 'text/html': {} } : jsonContent(content);
}

function jsonContent({ schema, example }: ApiContent, type = 'application/json'): Json {
  return { [type]: { schema: reference('schemas', schema), example } };
}

function reference(kind: 'schemas' | 'parameters' | 'headers' | 'responses', name: string): Json {
  return { $ref: `#/components/${kind}/${name}` };
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

/** No body reads as `{}`. */
function isOptional({ schemas }: Api, { schema }: ApiContent): boolean {
  const byName: Readonly<Record<string, z.ZodType | undefined>> = schemas;
  return byName[schema]?.safeParse({}).success ?? false;
}
