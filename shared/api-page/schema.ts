import type { JsonSchema } from '../openapi/json-schema.ts';
import { anchor, type Html, html, prose } from './html.ts';

/** What a value of a schema looks like: its type and, of an object, its fields. */
export function schemaContent(schema: JsonSchema): Html {
  return html`${typeOf(schema)}${schema.description !== undefined && html` – ${prose(schema.description)}`}${fieldsOf(schema)}`;
}

/** A type in one line, such as `integer, 1 to 1000, default 200`. */
function typeOf(schema: JsonSchema): Html {
  const details = [...limits(schema), ...choices(schema)];
  return html`${typeName(schema)}${details.map((detail) => html`, ${detail}`)}`;
}

/** By which a component is named in a document and on its page. */
const REFERENCE = /^#\/components\/schemas\/([\w.-]+)$/;

function typeName(schema: JsonSchema): Html {
  const name = REFERENCE.exec(schema.$ref ?? '')?.[1];
  if (name !== undefined) return html`<a href="#${anchor('schema', name)}">${name}</a>`;
  const variants = variantsOf(schema);
  if (variants.length > 0) {
    const names = new Map(variants.map(typeName).map((one) => [one.html, one]));
    return joined([...names.values()], ' or ');
  }
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.type === 'array') {
    const of = itemsOf(schema);
    return of ? html`array of ${typeOf(of)}` : html`array`;
  }
  const type = Array.isArray(schema.type) ? schema.type.join(' or ') : (schema.type ?? 'any value');
  return html`${schema.format ?? type}`;
}

function limits({ minimum, maximum, minLength, maxLength, minItems, maxItems }: JsonSchema): string[] {
  return [
    range(minimum, maximum, ''),
    range(minLength, maxLength, ' characters'),
    range(minItems, maxItems, ' entries'),
  ].filter((text) => text !== undefined);
}

function range(least: unknown, most: unknown, unit: string): string | undefined {
  if (typeof least === 'number' && typeof most === 'number') return `${least} to ${most}${unit}`;
  if (typeof least === 'number') return `${least}${unit} or more`;
  return typeof most === 'number' ? `at most ${most}${unit}` : undefined;
}

/** Without patterns: a refusal says in words what a text may be, and the document has them. */
function choices({ enum: values, default: otherwise }: JsonSchema): Html[] {
  return [
    ...(values ? [html`one of <code>${values.map(String).join(' | ')}</code>`] : []),
    ...(otherwise === undefined ? [] : [html`default <code>${JSON.stringify(otherwise)}</code>`]),
  ];
}

/** The fields of an object, of what an array holds, or of each variant. */
function fieldsOf(schema: JsonSchema): Html {
  const items = schema.type === 'array' ? itemsOf(schema) : undefined;
  if (items) return fieldsOf(items);
  const variants = variantsOf(schema).filter(({ properties }) => properties !== undefined);
  if (variants.length > 0) return joined(variants.map(fieldsOf), html`<p>or`);
  const { properties = {}, required = [], additionalProperties } = schema;
  const fields = Object.entries(properties).map(([name, field]) => ({
    name,
    field,
    isOptional: !required.includes(name),
  }));
  if (typeof additionalProperties === 'object')
    fields.push({ name: '(any name)', field: additionalProperties, isOptional: true });
  if (fields.length === 0) return html``;
  return html`<ul>${fields.map(({ name, field, isOptional }) => {
    const known = typeof field === 'object' ? field : {};
    return html`<li><b>${name}${isOptional && '?'}</b> ${schemaContent(known)}`;
  })}</ul>`;
}

function variantsOf({ anyOf, oneOf }: JsonSchema): readonly JsonSchema[] {
  return anyOf ?? oneOf ?? [];
}

function itemsOf({ items }: JsonSchema): JsonSchema | undefined {
  return typeof items === 'object' && !Array.isArray(items) ? items : undefined;
}

function joined(parts: readonly Html[], separator: string | Html): Html {
  return html`${parts.map((part, index) => [index > 0 && separator, part])}`;
}
