import { expect, test } from 'vitest';
import { z } from 'zod';
import { adapterDocument } from '../../apps/wms-adapter/openapi/document.ts';
import { openApiDocument } from '../../shared/openapi/document.ts';
import { type OpenApiDocument, readDocument } from './openapi-document.ts';

const schemasSchema = z.array(z.unknown()).default([]);

/** As much of JSON Schema as tells how long a value may be. */
const schemaSchema = z.looseObject({
  $ref: z.string().optional(),
  type: z.unknown().optional(),
  pattern: z.string().optional(),
  items: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()).default({}),
  ...{ anyOf: schemasSchema, oneOf: schemasSchema, allOf: schemasSchema },
});

/** Each ends a text, as a pattern may. */
const ENDS_OF_TEXT = ['maxLength', 'format', 'enum', 'const'];

/** Whether some part of a pattern may come for ever. */
function isEndless(pattern: string): boolean {
  return /[*+]|,\}/.test(pattern.replaceAll(/\\.|\[[^\]]*\]/g, ''));
}

/** What a schema lets a caller send without an end, by the path to it. */
function endless(schema: unknown, at: string, document: OpenApiDocument): string[] {
  const told = schemaSchema.parse(schema);
  const { $ref, type, items, properties, pattern, anyOf, oneOf, allOf } = told;
  if ($ref !== undefined) return endless(referred($ref, document), at, document);
  const found = [...anyOf, ...oneOf, ...allOf].flatMap((one) => endless(one, at, document));
  for (const [name, value] of Object.entries(properties))
    found.push(...endless(value, `${at}.${name}`, document));
  if (type === 'array') {
    if (!('maxItems' in told)) found.push(`${at}: a list`);
    found.push(...endless(items, `${at}[]`, document));
  }
  const endsSomewhere =
    ENDS_OF_TEXT.some((name) => name in told) || (pattern !== undefined && !isEndless(pattern));
  return type === 'string' && !endsSomewhere ? [...found, `${at}: a text`] : found;
}

/** `#/components/schemas/Order` → that schema. */
function referred($ref: string, { components }: OpenApiDocument): unknown {
  const [, kind, name = ''] = /^#\/components\/(schemas|parameters)\/(.+)$/.exec($ref) ?? [];
  return kind === 'parameters' ? components.parameters[name]?.schema : components.schemas[name];
}

function endlessInputs(document: OpenApiDocument): string[] {
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
  return operations.flatMap(({ operationId, parameters = [], requestBody }) => [
    ...parameters.flatMap((parameter) =>
      endless('$ref' in parameter ? parameter : parameter.schema, nameOf(operationId, parameter), document),
    ),
    ...Object.values(requestBody?.content ?? {}).flatMap(({ schema }) =>
      endless(schema, operationId, document),
    ),
  ]);
}

function nameOf(operationId: string, parameter: { $ref: string } | { name: string }): string {
  return `${operationId} ${'$ref' in parameter ? parameter.$ref.split('/').at(-1) : parameter.name}`;
}

test.each([
  ['the cloud', openApiDocument, []],
  // It holds what a page answered; the server's limit of the headers ends it.
  ['the adapter', adapterDocument, ['position-history positionId: a text']],
] as const)('Every text and list that a caller may send to %s has an end', (_whose, document, known) => {
  expect(endlessInputs(readDocument(document()))).toEqual(known);
});

test('A text and a list without an end are found, wherever they stand', () => {
  const document = readDocument(openApiDocument());
  const list = { type: 'array', items: { type: 'string', pattern: '^[A-Z]+$' } };
  expect(endless({ type: 'object', properties: { lines: { anyOf: [list] } } }, 'order', document)).toEqual([
    'order.lines: a list',
    'order.lines[]: a text',
  ]);
});
