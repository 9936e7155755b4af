import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { CLOUD } from '../asyncapi/cloud-document.ts';
import { ENTITIES } from '../asyncapi/entities.ts';
import { MESSAGES } from '../asyncapi/messages.ts';
import type { Api } from '../openapi/api.ts';
import { CLOUD_API } from '../openapi/document.ts';
import { html, prose } from './html.ts';
import { apiPage, busPage, PAGE_HEADERS } from './page.ts';
import { schemaContent } from './schema.ts';

const pages = { api: apiPage(CLOUD_API), bus: busPage(CLOUD) };

function idsOf(page: string): Set<string> {
  return new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id = '']) => id));
}

describe('The page of the API', () => {
  test('has every operation, body and problem', () => {
    const ids = idsOf(pages.api);
    const wanted = [
      ...CLOUD_API.routes.map(({ operationId }) => `op-${operationId}`),
      ...Object.keys(CLOUD_API.schemas).map((name) => `schema-${name}`),
      ...Object.values(CLOUD_API.problems).map(({ status }) => `e${status}`),
    ];
    expect(wanted.filter((id) => !ids.has(id))).toEqual([]);
  });

  test('says of an operation what it takes, with the limits of the contract', () => {
    expect(pages.api).toContain('<b>PUT /api/holds/{holdId}</b>');
    expect(pages.api).toContain('<b>expiresInSeconds</b> integer, 1 to 3600');
    expect(pages.api).toContain('<b>allowSplit?</b> boolean, default <code>true</code>');
  });

  test('says once what every operation may answer, and of each what is its own', () => {
    expect(pages.api).toContain('Whatever asks for a key may answer 401, 500, 503,');
    const [, problems] =
      /id="op-quarantine-replay".*?<h3>Problems<\/h3><ul>(.*?)<\/ul>/s.exec(pages.api) ?? [];
    expect(problems).toBe('<li>400, 413, 415');
  });
});

test('The page of the bus has every operation, topic, queue, subscription and message', () => {
  const ids = idsOf(pages.bus);
  const wanted = [
    ...Object.keys(CLOUD.operations).map((name) => `op-${name}`),
    ...Object.keys(ENTITIES).map((name) => `entity-${name}`),
    ...Object.keys(MESSAGES).map((name) => `message-${name}`),
  ];
  expect(wanted.filter((id) => !ids.has(id))).toEqual([]);
  expect(pages.bus).toContain('<code>inventory-events/Subscriptions/journal</code>');
  expect(pages.bus).toContain('<code>replayTo IS NULL OR replayTo = &#39;journal&#39;</code>');
});

describe.each(Object.entries(pages))('The page %s', (_name, page) => {
  test('leads nowhere that is not there', () => {
    const ids = idsOf(page);
    const targets = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id = '']) => id);
    expect(targets.filter((id) => !ids.has(id))).toEqual([]);
  });

  test('runs no script, loads nothing from elsewhere, and is smaller than 128 KiB', () => {
    expect(page).not.toMatch(/<script|\son\w+=|javascript:|style="|https?:\/\/[^<]*"/i);
    expect(Buffer.byteLength(page)).toBeLessThan(128 * 1024);
  });
});

test('What the documents say is text on the page, whatever stands in it', () => {
  const attack = '<img src=x onerror=alert(1)>"\'&';
  const api: Api = {
    ...CLOUD_API,
    tags: { [attack]: attack },
    schemas: { ProblemDetails: z.object({ [attack]: z.literal(attack).describe(attack) }) },
    problems: {},
    routes: [
      {
        operationId: attack,
        method: 'get',
        path: attack,
        tag: attack,
        summary: attack,
        description: `\`${attack}\``,
        query: z.object({ [attack]: z.enum([attack]).default(attack) }),
        answers: { 200: { description: attack, content: { schema: attack, example: { [attack]: attack } } } },
      },
    ],
  };
  expect(apiPage(api)).not.toMatch(/<img|="[^"]*<|\sonerror=alert\(1\)>"/);
});

test('A strict policy lets the one style through, by its hash', () => {
  expect(PAGE_HEADERS['content-security-policy']).toMatch(
    /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; /,
  );
});

test.each([
  ['a `b` c', 'a <code>b</code> c'],
  ['a ` b', 'a ` b'],
  ['`<`', '<code>&lt;</code>'],
])('Prose %j reads %s', (text, expected) => {
  expect(prose(text).html).toBe(expected);
});

test('A template escapes text, and takes markup as it is', () => {
  expect(html`<a title="${'"&<'}">${html`<b>${['x', false, 1]}</b>`}</a>`.html).toBe(
    '<a title="&quot;&amp;&lt;"><b>x1</b></a>',
  );
});

test.each([
  [{ type: 'integer' as const, minimum: 1 }, 'integer, 1 or more'],
  [{ type: 'array' as const, items: { type: 'string' as const } }, 'array of string'],
  [{ anyOf: [{ type: 'string' as const }, { type: 'null' as const }] }, 'string or null'],
  [{ oneOf: [{ type: 'object' as const }, { type: 'object' as const }] }, 'object'],
  [{ $ref: '#/components/schemas/Run' }, '<a href="#schema-Run">Run</a>'],
  [
    { type: 'object' as const, additionalProperties: { type: 'string' as const } },
    'object<ul><li><b>(any name)?</b> string</ul>',
  ],
])('Schema %j reads %s', (schema, expected) => {
  expect(schemaContent(schema).html).toBe(expected);
});
