import { constraintFor } from './route-constraints.ts';

/** Values of a matched route; parameters that did not match are absent. */
export type RouteValues = Record<string, string>;

export interface RouteTemplate {
  /** Matches path segments, still percent-encoded; undefined when they do not fit. */
  match(segments: readonly string[]): RouteValues | undefined;
  /** Orders templates that fit the same path, most specific first (ASP.NET's inbound precedence). */
  precedence: string;
}

interface Parameter {
  name: string;
  optional: boolean;
  catchAll: boolean;
  fallback: string | undefined;
  accepts: (value: string) => boolean;
  constrained: boolean;
}

interface Segment {
  /** The literal, lower case; undefined when the segment holds a parameter. */
  literal?: string;
  parameter?: Parameter;
  /** For segments that mix text and parameters: `{name}.{ext?}`. */
  pattern?: { expressions: RegExp[]; parameters: Parameter[] };
}

/**
 * Parses a route in ASP.NET's syntax: literals, `{x}`, `{x?}`, `{x=default}`, `{x:int:min(1)}`, `{*rest}`, and mixed segments.
 * @throws Error saying what is wrong with the template.
 */
export function parseRouteTemplate(template: string): RouteTemplate {
  const segments = splitTemplate(template).map(parseSegment);
  segments.forEach((segment, index) => {
    const last = index === segments.length - 1;
    if (segment.parameter?.catchAll && !last)
      throw new Error(`{*${segment.parameter.name}} must be the last segment`);
    if (
      segment.parameter?.optional &&
      segments.slice(index + 1).some((later) => !later.parameter?.optional)
    ) {
      throw new Error(`the optional parameter {${segment.parameter.name}?} must be at the end`);
    }
  });
  const names = segments
    .flatMap((s) => s.pattern?.parameters ?? (s.parameter ? [s.parameter] : []))
    .map((p) => p.name.toLowerCase());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw new Error(`the parameter {${twice}} appears twice`);
  return { match: (path) => matchSegments(segments, path), precedence: segments.map(digitOf).join('') };
}

function matchSegments(segments: Segment[], path: readonly string[]): RouteValues | undefined {
  const values: RouteValues = {};
  for (const [index, segment] of segments.entries()) {
    if (segment.parameter?.catchAll) {
      const rest = path.slice(index).map(decodeSegment).join('/');
      return bindParameter(values, segment.parameter, rest === '' ? undefined : rest) ? values : undefined;
    }
    const raw = path[index];
    const fits = segment.parameter
      ? bindParameter(values, segment.parameter, raw === undefined ? undefined : decodeSegment(raw))
      : raw !== undefined && bindLiteral(values, segment, decodeSegment(raw));
    if (!fits) return undefined;
  }
  return path.length > segments.length ? undefined : values;
}

function bindParameter(values: RouteValues, parameter: Parameter, given: string | undefined): boolean {
  const value = given ?? parameter.fallback;
  if (value === undefined) return parameter.optional || parameter.catchAll;
  if (!parameter.accepts(value)) return false;
  values[parameter.name] = value;
  return true;
}

function bindLiteral(values: RouteValues, segment: Segment, text: string): boolean {
  if (segment.literal !== undefined) return segment.literal === text.toLowerCase();
  if (!segment.pattern) return false;
  const match = segment.pattern.expressions.map((expression) => expression.exec(text)).find(Boolean);
  if (!match) return false;
  return segment.pattern.parameters.every((parameter, index) =>
    bindParameter(values, parameter, match[index + 1]),
  );
}

/** Decodes a segment as Kestrel does: everything but `%2F`, which stays, and broken escapes, which stay too. */
function decodeSegment(segment: string): string {
  if (!segment.includes('%')) return segment;
  return segment
    .split(/(%2f)/i)
    .map((part, index) => (index % 2 === 1 ? part : decodeOrKeep(part)))
    .join('');
}

function decodeOrKeep(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Splits at slashes outside braces: a regex constraint may hold one. */
function splitTemplate(template: string): string[] {
  const trimmed = template.replace(/^~?\/+|\/+$/g, '');
  if (trimmed === '') return [];
  const segments = [''];
  let depth = 0;
  for (const token of tokensOf(trimmed)) {
    if (token === '{') depth += 1;
    if (token === '}') depth -= 1;
    if (token === '/' && depth === 0) segments.push('');
    else segments[segments.length - 1] += token;
  }
  if (depth !== 0) throw new Error('a brace is not closed');
  if (segments.includes('')) throw new Error('it has an empty segment (//)');
  return segments;
}

/** Characters, with doubled braces, which stand for one, kept together. */
const tokensOf = (text: string) => text.match(/\{\{|\}\}|[\s\S]/g) ?? [];

function parseSegment(text: string): Segment {
  const parts = splitParts(text);
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) {
    return only.parameter
      ? { parameter: parseParameter(only.text) }
      : { literal: unescapeBraces(only.text).toLowerCase() };
  }
  return { pattern: mixedPattern(parts) };
}

/** Earlier parameters take as much as they can; of `{name}.{extension?}` the end may be missing, dot and all. */
function mixedPattern(parts: TemplatePart[]): { expressions: RegExp[]; parameters: Parameter[] } {
  const parameters = parts.filter(({ parameter }) => parameter).map(({ text }) => parseParameter(text));
  const catchAll = parameters.find((parameter) => parameter.catchAll);
  if (catchAll) throw new Error(`{*${catchAll.name}} must be a segment of its own`);
  const sources = parts.map((part) => (part.parameter ? '(.+)' : escapeForRegExp(unescapeBraces(part.text))));
  const expressions = [sources.join('')];
  const beforeLast = sources.slice(0, -1).join('');
  if (parts.at(-1)?.parameter && parameters.at(-1)?.optional)
    expressions.push(beforeLast.replace(/\\\.$/, ''));
  return { expressions: expressions.map((source) => new RegExp(`^${source}$`, 'is')), parameters };
}

interface TemplatePart {
  text: string;
  parameter: boolean;
}

function splitParts(segment: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let depth = 0;
  let text = '';
  const flush = (parameter: boolean) => {
    if (text !== '') parts.push({ text, parameter });
    else if (parameter) throw new Error('a parameter has no name');
    text = '';
  };
  for (const token of tokensOf(segment)) {
    if (token === '{' && depth++ === 0) flush(false);
    else if (token === '}' && --depth === 0) flush(true);
    else text += token;
  }
  flush(false);
  return parts;
}

function parseParameter(text: string): Parameter {
  const match = /^(\*{0,2})([^:?=*]+)((?::.*?)?)(\?|=.*)?$/s.exec(text);
  const [, stars, name, constraints, tail] = match ?? [];
  if (!name) throw new Error(`{${text}} is not a parameter`);
  const checks = splitConstraints(constraints ?? '').map(constraintFor);
  return {
    name,
    catchAll: stars !== '',
    optional: tail === '?',
    fallback: tail?.startsWith('=') ? tail.slice(1) : undefined,
    accepts: (value) => checks.every((check) => check(value)),
    constrained: checks.length > 0,
  };
}

/** `:int:min(1)` → `int`, `min(1)`; colons inside parentheses belong to the argument. */
function splitConstraints(text: string): string[] {
  return unescapeBraces(text).match(/(?<=:)[^:(]+(?:\(.*?\)(?=:|$))?/gs) ?? [];
}

const unescapeBraces = (text: string) => text.replaceAll('{{', '{').replaceAll('}}', '}');
const escapeForRegExp = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** `RoutePrecedence.ComputeInbound` of ASP.NET Core. */
function digitOf(segment: Segment): string {
  if (segment.literal !== undefined) return '1';
  if (segment.pattern) return '2';
  if (segment.parameter?.catchAll) return segment.parameter.constrained ? '4' : '5';
  return segment.parameter?.constrained ? '2' : '3';
}
