import { z } from 'zod';
import { compileFilter, type PropertySource } from '../sql-filter/evaluate.ts';
import { parseSqlFilter } from '../sql-filter/parser.ts';
import type { FilterValue } from '../sql-filter/syntax.ts';

const correlationValue = z.union([z.string(), z.number(), z.boolean(), z.object({ date: z.number() })]);

/** A rule of a subscription as it is stored. Dates in correlation properties are UTC milliseconds. */
export const ruleSchema = z.object({
  name: z.string(),
  filter: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('true') }),
    z.object({ kind: z.literal('false') }),
    z.object({ kind: z.literal('sql'), expression: z.string() }),
    z.object({
      kind: z.literal('correlation'),
      /** By the name filters know it under in `sys.`, lower case: `correlationid`, `label`, … */
      system: z.record(z.string(), z.string()),
      properties: z.record(z.string(), correlationValue),
    }),
  ]),
});

/** A rule of a subscription: a message that its filter lets through is copied into the subscription. */
export type Rule = z.infer<typeof ruleSchema>;

/** A correlation filter. */
export type CorrelationFilter = Extract<Rule['filter'], { kind: 'correlation' }>;

/** Says whether a message passes. */
export type Matcher = (source: PropertySource) => boolean;

/**
 * Makes a rule's filter ready to be asked.
 * @throws SqlFilterError when its SQL is wrong or not supported.
 */
export function compileRule(rule: Rule): Matcher {
  const { filter } = rule;
  switch (filter.kind) {
    case 'true':
      return () => true;
    case 'false':
      return () => false;
    case 'sql':
      return compileFilter(parseSqlFilter(filter.expression));
    case 'correlation':
      return compileCorrelation(filter);
  }
}

/** All given fields must be equal, in type as well as in value. */
function compileCorrelation(filter: CorrelationFilter): Matcher {
  const system = Object.entries(filter.system);
  const properties = Object.entries(filter.properties).map(
    ([name, value]) => [name.toLowerCase(), value] as const,
  );
  return (source) =>
    system.every(([name, value]) => textOf(source.sys(name)) === value) &&
    properties.every(([name, value]) => isSame(source.user(name), value));
}

function textOf(value: FilterValue): string | null {
  return value === null ? null : String(value);
}

function isSame(actual: FilterValue, expected: z.infer<typeof correlationValue>): boolean {
  if (typeof expected !== 'object') return actual === expected;
  return actual instanceof Date && actual.getTime() === expected.date;
}
