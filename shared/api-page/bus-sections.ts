import { addressOf, messageSchemas } from '../asyncapi/build-document.ts';
import type { Application, Entity, Message, Subscription } from '../asyncapi/bus.ts';
import { ENTITIES } from '../asyncapi/entities.ts';
import { MESSAGES } from '../asyncapi/messages.ts';
import { type JsonSchema, schemaComponents } from '../openapi/json-schema.ts';
import { anchor, type Html, html, jsonBlock, prose } from './html.ts';
import { schemaContent } from './schema.ts';

/** What one side does on the bus. */
export function busOperations({ operations }: Application): Html {
  return html`<h2 id="operations">Operations</h2>
<ul>${Object.entries(operations).map(
    ([name, { action, channel, summary, reply }]) =>
      html`<li id="${anchor('op', name)}"><b>${action}</b> ${entityLink(channel)} ${prose(summary)}${
        reply !== undefined && html` The answer comes by ${entityLink(reply)}.`
      }`,
  )}</ul>`;
}

/** The topics and queues. */
export function busEntities(): Html {
  return html`<h2 id="entities">Topics and queues</h2>
${Object.entries(ENTITIES).map(([name, entity]) => entityBlock(name, entity))}`;
}

/** What travels there. */
export function busMessages(): Html {
  const schemas = schemaComponents(messageSchemas(), 'draft-7');
  return html`<h2 id="messages">Messages</h2>
${Object.entries(MESSAGES).map(([name, message]) => messageBlock(name, message, schemas))}`;
}

function entityBlock(name: string, { kind, message, description, subscriptions = {} }: Entity): Html {
  return html`<details><summary><b>${name}</b> ${kind}: ${prose(description)}</summary>
<div id="${anchor('entity', name)}"><p>Carries ${messageLink(message)}.
<ul>${Object.entries(subscriptions).map(
    ([subscription, { description: what, filter }]) =>
      html`<li><code>${addressOf(name, subscription)}</code> ${prose(what)} ${filterText(filter)}`,
  )}</ul></div></details>`;
}

function filterText(filter: Subscription['filter']): Html {
  if (filter === undefined) return html`All of it.`;
  if ('sql' in filter) return html`Filter: <code>${filter.sql}</code>`;
  return html`Filter: ${Object.entries(filter.properties).map(
    ([name, value]) => html`<code>${name} = ${value}</code>`,
  )}`;
}

function messageBlock(name: string, message: Message, schemas: Readonly<Record<string, JsonSchema>>): Html {
  const { title, description, messageId, subject, example } = message;
  return html`<details><summary><b>${name}</b> ${title}</summary>
<div id="${anchor('message', name)}"><p>${prose(description)}
<ul>${messageId !== undefined && html`<li><b>message-id</b> ${prose(messageId)}`}${
    subject !== undefined && html`<li><b>subject</b> ${prose(subject)}`
  }</ul>
<h3>Application properties</h3>${schemaContent(schemas[`${name}Properties`] ?? {})}
${jsonBlock(example.properties)}
<h3>Body</h3>${schemaContent(schemas[name] ?? {})}
${jsonBlock(example.body)}</div></details>`;
}

function entityLink(channel: string): Html {
  const [entity = ''] = channel.split('/');
  return html`<a href="#${anchor('entity', entity)}">${channel}</a>`;
}

function messageLink(name: string): Html {
  return html`<a href="#${anchor('message', name)}">${name}</a>`;
}
