import type { Api, ApiAnswer, ApiContent, ApiRoute } from '../openapi/api.ts';
import { problemsOf } from '../openapi/build-document.ts';
import { jsonSchema, schemaComponents } from '../openapi/json-schema.ts';
import { parameterNames } from '../openapi/parameter-names.ts';
import { anchor, type Html, html, jsonBlock, prose } from './html.ts';
import { schemaContent } from './schema.ts';

/** The operations of an HTTP API, tag by tag. */
export function operationSections(api: Api): Html {
  const shown = new Map<string, string>();
  return html`${Object.entries(api.tags).map(
    ([tag, description]) => html`<h2 id="${anchor('tag', tag)}">${tag}</h2>
<p>${prose(description)}
${api.routes.filter((route) => route.tag === tag).map((route) => operation(api, route, shown))}`,
  )}`;
}

/** What its errors look like, and the headers that calls and answers may bring. */
export function problemSection(api: Api): Html {
  const { problems, requestHeaders, responseHeaders } = api;
  return html`<h2 id="problems">Problems</h2>
<p>Errors are problem details (RFC 9457), <code>application/problem+json</code>. Whatever asks for a key may answer ${usualStatuses(api).join(', ')}, besides what it names itself.
${Object.entries(problems).map(
  ([
    name,
    { status, description, example, headers },
  ]) => html`<details><summary><b>${status}</b> ${name}</summary>
<div id="e${status}"><p>${prose(description)}${headers && parameterList(headers)}${example && jsonBlock(example)}</div></details>`,
)}
${requestHeaders && html`<h3>Headers that a call may bring</h3>${parameterList(requestHeaders)}`}
${responseHeaders && html`<h3>Headers that an answer brings</h3>${parameterList(responseHeaders)}`}`;
}

/** The bodies by name. */
export function schemaSection({ schemas }: Api): Html {
  return html`<h2 id="schemas">Bodies</h2>
${Object.entries(schemaComponents(schemas)).map(
  ([name, schema]) => html`<details><summary><b>${name}</b></summary>
<div id="${anchor('schema', name)}">${schemaContent(schema)}</div></details>`,
)}`;
}

/** `shown`: examples that stand on the page already, by their text, with the operation that has them. */
function operation(api: Api, route: ApiRoute, shown: Map<string, string>): Html {
  const { operationId, method, path, summary, description, isAnonymous, body, answers } = route;
  // Without a line for each, which may be empty: there are many operations.
  const parts = [
    description !== undefined && html`<p>${prose(description)}`,
    isAnonymous && html`<p>No key is asked for.`,
    parameters(api, route),
    body && html`<h3>Body</h3>${contentBlock(body, route, shown)}`,
    Object.entries(answers).map(([status, answer]) => answerBlock(status, answer, route, shown)),
    problemList(api, route),
  ];
  return html`<details><summary><b>${method.toUpperCase()} ${api.serverUrl}/${path}</b> ${prose(summary)}</summary>
<div id="${anchor('op', operationId)}">${parts}</div></details>`;
}

function parameters({ pathParameters }: Api, { path, query }: ApiRoute): Html | false {
  const ofPath = parameterNames(path).map((name) => {
    const { schema, description = '' } = pathParameters[name] ?? {};
    return { name, schema: { ...(schema && jsonSchema(schema, 'input')), description } };
  });
  const ofQuery = Object.entries(query?.shape ?? {}).map(([name, field]) => {
    return { name: `?${name}`, schema: jsonSchema(field, 'output') };
  });
  const all = [...ofPath, ...ofQuery];
  if (all.length === 0) return false;
  return html`<h3>Parameters</h3><ul>${all.map(
    ({ name, schema }) => html`<li><b>${name}</b> ${schemaContent(schema)}`,
  )}</ul>`;
}

function parameterList(parameters: NonNullable<Api['requestHeaders']>): Html {
  return html`<ul>${Object.entries(parameters).map(
    ([name, { schema, description }]) =>
      html`<li><b>${name}</b> ${schemaContent({ ...jsonSchema(schema, 'input'), description })}`,
  )}</ul>`;
}

function answerBlock(
  status: string,
  { description, content, hasLocation }: ApiAnswer,
  route: ApiRoute,
  shown: Map<string, string>,
): Html {
  return html`<h3>${status}</h3><p>${prose(description)}${
    hasLocation && html` Header <code>Location</code> names where to look.`
  }${typeof content === 'object' && contentBlock(content, route, shown)}`;
}

/** A body and an example of it, or where the same stands already. */
function contentBlock(
  { schema, example }: ApiContent,
  { operationId }: ApiRoute,
  shown: Map<string, string>,
): Html {
  const link = html`<a href="#${anchor('schema', schema)}">${schema}</a>`;
  const text = JSON.stringify(example);
  const before = shown.get(text);
  if (before !== undefined) {
    return html`<p>${link}, as in the example of <a href="#${anchor('op', before)}">${before}</a>.`;
  }
  shown.set(text, operationId);
  return html`<p>${link}, such as${jsonBlock(example)}`;
}

/** Those with a sentence of their own, and the others by number. */
function problemList(api: Api, route: ApiRoute): Html | false {
  const usual = route.isAnonymous ? [] : usualStatuses(api);
  const problems = problemsOf(api, route).filter(
    ({ told, status }) => told !== undefined || !usual.includes(status),
  );
  if (problems.length === 0) return false;
  const others = problems.filter(({ told }) => told === undefined).map(({ status }) => status);
  return html`<h3>Problems</h3><ul>${problems.map(
    ({ status, told }) => told !== undefined && html`<li><a href="#e${status}">${status}</a> ${prose(told)}`,
  )}${others.length > 0 && html`<li>${others.join(', ')}`}</ul>`;
}

/** Of the problems that every operation has that asks for a key. */
function usualStatuses({ problems, routes }: Api): number[] {
  const keyed = routes.filter(({ isAnonymous }) => !isAnonymous);
  return Object.values(problems)
    .filter(({ appliesTo }) => keyed.every(appliesTo))
    .map(({ status }) => status);
}
