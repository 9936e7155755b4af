import { createHash } from 'node:crypto';
import type { Application } from '../asyncapi/bus.ts';
import type { Api } from '../openapi/api.ts';
import { busEntities, busMessages, busOperations } from './bus-sections.ts';
import { anchor, type Html, html, prose } from './html.ts';
import { operationSections, problemSection, schemaSection } from './http-sections.ts';
import { STYLE } from './style.ts';

/**
 * An HTTP API as a page to read, for `…/docs`. Beside it `openapi.json`, `asyncapi.json` and `docs/bus` ({@link busPage})
 * are expected.
 */
export function apiPage(api: Api): string {
  const { title, version, summary, description } = api.info;
  return page({
    title: `${title} ${version}`,
    contents: [
      ...Object.keys(api.tags).map((tag) => [`#${anchor('tag', tag)}`, tag] as const),
      ['#problems', 'Problems'],
      ['#schemas', 'Bodies'],
      ['docs/bus', 'The bus'],
    ],
    main: html`<p>${prose(summary)} ${prose(description)}
<ul>${Object.values(api.securitySchemes).map(
      (scheme) =>
        html`<li><code>${scheme.name ?? 'Authorization: Bearer …'}</code> ${prose(scheme.description)}`,
    )}</ul>
<p>For programs: <a href="openapi.json">openapi.json</a>, OpenAPI 3.1. A <b>?</b> after a name: it may be absent. What travels on Service Bus has <a href="docs/bus">a page of its own</a>.
${operationSections(api)}${problemSection(api)}${schemaSection(api)}`,
  });
}

/** One side of the bus as a page to read, for `…/docs/bus`. */
export function busPage(application: Application): string {
  const { title, version, description } = application.info;
  return page({
    title: `${title} ${version}`,
    contents: [
      ['#operations', 'Operations'],
      ['#entities', 'Topics and queues'],
      ['#messages', 'Messages'],
      ['../docs', 'The HTTP API'],
    ],
    main: html`<p>${prose(description)}
<p>For programs: <a href="../asyncapi.json">asyncapi.json</a>, AsyncAPI 3.0. A <b>?</b> after a name: it may be absent.
${busOperations(application)}${busEntities()}${busMessages()}`,
  });
}

/** With which a page is served: it runs no script, loads nothing, and nobody may show it in a frame. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
};

type Page = {
  readonly title: string;
  /** Address and text of what the page leads to. */
  readonly contents: readonly (readonly [string, string])[];
  readonly main: Html;
};

function page({ title, contents, main }: Page): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><link rel="icon" href="data:,"><style>${{ html: STYLE }}</style></head>
<body><a class="skip" href="#main">To the text</a><div class="page">
<nav aria-label="Contents"><ul>${contents.map(
    ([address, text]) => html`<li><a href="${address}">${text}</a>`,
  )}</ul></nav>
<main id="main"><h1>${title}</h1>
${main}
</main></div></body></html>`.html;
}
