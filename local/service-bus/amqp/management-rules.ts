import { z } from 'zod';
import type { Entity } from '../broker.ts';
import type { Rule } from '../rules/rule.ts';
import type { RuleSet } from '../rules/rule-set.ts';
import { failure } from './conditions.ts';
import {
  done,
  type ManagementOperation,
  type ManagementReply,
  noContent,
  refused,
} from './management-reply.ts';
import { types } from './rhea.ts';

/** Descriptors of rules on the wire, as the client libraries know them. */
const descriptor = {
  rule: 0x13700000004,
  emptyAction: 0x13700000005,
  sql: 0x1370000006,
  true: 0x1370000007,
  false: 0x1370000008,
  correlation: 0x1370000009,
} as const;

/** Fields of a correlation filter in their order on the wire, and the name filters know them under. */
const correlationFields = [
  ['correlation-id', 'correlationid'],
  ['message-id', 'messageid'],
  ['to', 'to'],
  ['reply-to', 'replyto'],
  ['label', 'label'],
  ['session-id', 'sessionid'],
  ['reply-to-session-id', 'replytosessionid'],
  ['content-type', 'contenttype'],
] as const;

const page = z.object({ top: z.number().int().min(0), skip: z.number().int().min(0) });
const text = z.string().nullish();
const correlation = z
  .strictObject({
    'correlation-id': text,
    'message-id': text,
    to: text,
    'reply-to': text,
    label: text,
    'session-id': text,
    'reply-to-session-id': text,
    'content-type': text,
    properties: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.date()])).nullish(),
  })
  .refine(
    ({ properties, ...fields }) =>
      Object.values(fields).some((value) => value != null) || Object.keys(properties ?? {}).length > 0,
    'a correlation filter needs at least one property',
  );
const addition = z.object({
  'rule-name': z.string().min(1),
  'rule-description': z.object({
    'sql-filter': z.object({ expression: z.string() }).nullish(),
    'correlation-filter': correlation.nullish(),
    'sql-rule-action': z.object({ expression: z.string().nullish() }).nullish(),
  }),
});
const removal = z.object({ 'rule-name': z.string() });

/** Management operations on a subscription's rules. */
export const ruleOperations: Readonly<Record<string, ManagementOperation>> = {
  'com.microsoft:enumerate-rules': (body, entity) => withRules(entity, (rules) => enumerate(body, rules)),
  'com.microsoft:add-rule': (body, entity) => withRules(entity, (rules) => add(body, rules, entity.path)),
  'com.microsoft:remove-rule': (body, entity) =>
    withRules(entity, (rules) => remove(body, rules, entity.path)),
};

function withRules({ rules, path }: Entity, operate: (rules: RuleSet) => ManagementReply): ManagementReply {
  return rules
    ? operate(rules)
    : refused(failure.notAllowed(`'${path}' is not a subscription and has no rules.`));
}

function enumerate(body: unknown, rules: RuleSet): ManagementReply {
  const { top, skip } = page.parse(body);
  const listed = rules.list().slice(skip, skip + top);
  if (listed.length === 0) return noContent;
  return done({ rules: listed.map((rule) => ({ 'rule-description': encodeRule(rule) })) });
}

function add(body: unknown, rules: RuleSet, path: string): ManagementReply {
  const request = addition.parse(body);
  const description = request['rule-description'];
  if (description['sql-rule-action']?.expression) return refused(failure.notSupported('rule actions'));
  const name = request['rule-name'];
  const filter = readFilter(description);
  if (!filter) return refused(failure.argument(`The rule '${name}' has no filter.`));
  return rules.add({ name, filter }) ? done() : refused(failure.entityExists(`${path}/${name}`));
}

function remove(body: unknown, rules: RuleSet, path: string): ManagementReply {
  const name = removal.parse(body)['rule-name'];
  return rules.remove(name) ? done() : refused(failure.entityNotFound(`${path}/${name}`));
}

function readFilter(description: z.infer<typeof addition>['rule-description']): Rule['filter'] | undefined {
  const sql = description['sql-filter'];
  if (sql) return { kind: 'sql', expression: sql.expression };
  const given = description['correlation-filter'];
  if (!given) return undefined;
  const system: Record<string, string> = {};
  for (const [wireName, name] of correlationFields) {
    const value = given[wireName];
    if (value != null) system[name] = value;
  }
  const properties = Object.entries(given.properties ?? {}).map(
    ([name, value]) => [name, value instanceof Date ? { date: value.getTime() } : value] as const,
  );
  return { kind: 'correlation', system, properties: Object.fromEntries(properties) };
}

function encodeRule(rule: Rule): unknown {
  const action = types.wrap_described([], descriptor.emptyAction);
  return types.wrap_described([encodeFilter(rule.filter), action, rule.name], descriptor.rule);
}

function encodeFilter(filter: Rule['filter']): unknown {
  switch (filter.kind) {
    case 'true':
      return types.wrap_described(['1=1'], descriptor.true);
    case 'false':
      return types.wrap_described(['1=0'], descriptor.false);
    case 'sql':
      return types.wrap_described([filter.expression], descriptor.sql);
    case 'correlation': {
      const fields = correlationFields.map(([, name]) => filter.system[name] ?? null);
      const properties = Object.entries(filter.properties).map(
        ([name, value]) => [name, typeof value === 'object' ? new Date(value.date) : value] as const,
      );
      return types.wrap_described([...fields, Object.fromEntries(properties)], descriptor.correlation);
    }
  }
}
