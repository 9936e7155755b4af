import { readFileSync } from 'node:fs';
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import { z } from 'zod';
import { parseDuration } from './duration.ts';
import { compileRule, type Rule } from './rules/rule.ts';
import { DEFAULT_RULE } from './rules/rule-set.ts';
import { StartError } from './start-error.ts';
import { configOfTopology, topologySchema } from './topology.ts';

/** How an entity that is received from behaves; durations in milliseconds. */
export interface ReceivingConfiguration {
  readonly name: string;
  readonly lockDuration: number;
  readonly maxDeliveryCount: number;
  /** Undefined: for ever. */
  readonly defaultTimeToLive: number | undefined;
  readonly deadLetterOnExpiry: boolean;
}

/** A queue. */
export interface QueueConfiguration extends ReceivingConfiguration {
  /** How long message ids are remembered, in milliseconds; undefined: duplicates are accepted. */
  readonly duplicateWindow: number | undefined;
}

/** A subscription of a topic. */
export interface SubscriptionConfiguration extends ReceivingConfiguration {
  readonly rules: readonly Rule[];
}

/** A topic. */
export interface TopicConfiguration {
  readonly name: string;
  readonly defaultTimeToLive: number | undefined;
  readonly duplicateWindow: number | undefined;
  readonly subscriptions: readonly SubscriptionConfiguration[];
}

/** What the broker serves. */
export interface ServiceBusConfiguration {
  readonly queues: readonly QueueConfiguration[];
  readonly topics: readonly TopicConfiguration[];
}

const SECOND = 1000;
const DAY = 86_400 * SECOND;
/** Longer times to live (.NET's TimeSpan.MaxValue is the service's "for ever") mean that messages do not expire. */
const FOR_EVER = 3650 * DAY;

const name = z
  .string()
  .max(260)
  .regex(/^[A-Za-z0-9]$|^[A-Za-z0-9][\w\-./]*[A-Za-z0-9]$/, {
    error: 'a name is letters, digits, - . _ / and begins and ends with a letter or digit',
  });

/** The text of a duration as milliseconds; empty text counts as left out. */
function duration(least: number, most: number, bounds: string) {
  return z.string().transform((text, context) => {
    if (text === '') return undefined;
    const value = parseDuration(text);
    if (value !== undefined && value >= least && value <= most) return value;
    context.addIssue(`${JSON.stringify(text)} is not an ISO 8601 duration ${bounds}`);
    return z.NEVER;
  });
}

const timeToLive = duration(SECOND, Number.MAX_SAFE_INTEGER, 'of PT1S or longer')
  .transform((value) => (value !== undefined && value >= FOR_EVER ? Number.POSITIVE_INFINITY : value))
  .default(3600 * SECOND);
const noSessions = z
  .boolean()
  .refine((value) => !value, { error: 'not supported: sessions' })
  .default(false);
const noForwarding = z.literal('', { error: 'not supported: forwarding' }).default('');

const receiving = {
  DeadLetteringOnMessageExpiration: z.boolean().default(false),
  DefaultMessageTimeToLive: timeToLive,
  ForwardDeadLetteredMessagesTo: noForwarding,
  ForwardTo: noForwarding,
  LockDuration: duration(SECOND, 300 * SECOND, 'from PT1S to PT5M').default(60 * SECOND),
  MaxDeliveryCount: z.number().int().min(1).max(2000).default(3),
  RequiresSession: noSessions,
};
const sending = {
  DuplicateDetectionHistoryTimeWindow: duration(SECOND, 7 * DAY, 'from PT1S to P7D').default(20 * SECOND),
  RequiresDuplicateDetection: z.boolean().default(false),
};

const correlationFilter = z.strictObject({
  ContentType: z.string().optional(),
  CorrelationId: z.string().optional(),
  Label: z.string().optional(),
  MessageId: z.string().optional(),
  ReplyTo: z.string().optional(),
  ReplyToSessionId: z.string().optional(),
  SessionId: z.string().optional(),
  To: z.string().optional(),
  Properties: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
});

const rule = z
  .strictObject({
    Name: z.string().min(1).max(50),
    Properties: z.strictObject({
      FilterType: z.enum(['Correlation', 'Sql']),
      CorrelationFilter: correlationFilter.optional(),
      SqlFilter: z.strictObject({ SqlExpression: z.string() }).optional(),
      Action: z.undefined({ error: 'not supported: rule actions' }).optional(),
    }),
  })
  .transform((given, context): Rule => {
    const made = toRule(given.Name, given.Properties);
    try {
      if (typeof made === 'string') throw new Error(made);
      compileRule(made);
      return made;
    } catch (error) {
      context.addIssue(error instanceof Error ? error.message : String(error));
      return z.NEVER;
    }
  });

const subscription = z.strictObject({
  Name: name,
  Properties: z.strictObject(receiving).prefault({}),
  Rules: z.array(rule).max(1000).default([]),
});

const topic = z.strictObject({
  Name: name,
  Properties: z.strictObject({ DefaultMessageTimeToLive: timeToLive, ...sending }).prefault({}),
  Subscriptions: z.array(subscription).max(2000).default([]),
});

const queue = z.strictObject({
  Name: name,
  Properties: z.strictObject({ ...receiving, ...sending }).prefault({}),
});

const document = z.strictObject({
  UserConfig: z.strictObject({
    Namespaces: z
      .array(
        z.strictObject({
          Name: z.string().min(1),
          Queues: z.array(queue).default([]),
          Topics: z.array(topic).default([]),
        }),
      )
      .length(1, { error: 'exactly one namespace is needed' }),
    Logging: z.strictObject({ Type: z.string() }).optional(),
  }),
});

/**
 * Reads a Config.json of the official Service Bus emulator (JSON with comments), or a topology in the names of Azure
 * (`topologySchema`). Times outside the emulator's own limits are accepted, as the service in Azure does; locks from one
 * second on.
 * @throws StartError naming the file, the place and the value, in one line.
 */
export function readConfiguration(file: string): ServiceBusConfiguration {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new StartError(
      `cannot read the configuration ${file}: ${error instanceof Error ? error.message : error}`,
    );
  }
  return parseConfiguration(text, file);
}

/**
 * As `readConfiguration`, from text; `origin` names it in errors.
 * @throws StartError
 */
export function parseConfiguration(text: string, origin: string): ServiceBusConfiguration {
  const errors: ParseError[] = [];
  const json: unknown = parse(text, errors, { allowTrailingComma: true });
  const wrong = errors[0];
  if (wrong) {
    const line = text.slice(0, wrong.offset).split('\n').length;
    throw new StartError(`${origin} is not JSON: ${printParseErrorCode(wrong.error)} in line ${line}`);
  }
  const config = isTopology(json) ? configOfTopology(read(topologySchema, json, origin)) : json;
  const namespace = read(document, config, origin).UserConfig.Namespaces[0];
  const configuration = {
    queues: (namespace?.Queues ?? []).map(toQueue),
    topics: (namespace?.Topics ?? []).map(toTopic),
  };
  refuseTwins(configuration, origin);
  return configuration;
}

/** By its first names; whatever else is there may be mistaken, and is told so. */
function isTopology(json: unknown): boolean {
  return typeof json === 'object' && json !== null && ('topics' in json || 'queues' in json);
}

function read<Schema extends z.ZodType>(schema: Schema, json: unknown, origin: string): z.output<Schema> {
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new StartError(`${origin}: ${describeIssue(parsed.error.issues[0])}`);
  return parsed.data;
}

function describeIssue(issue: z.core.$ZodIssue | undefined): string {
  if (!issue) return 'invalid';
  const path = issue.path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('');
  const place = path.replace(/^\./, '') || 'the document';
  if (issue.code === 'unrecognized_keys')
    return `${place}: unknown property ${JSON.stringify(issue.keys[0])}`;
  return `${place}: ${issue.message}`;
}

function toReceiving(given: { Name: string; Properties: z.infer<z.ZodObject<typeof receiving>> }) {
  return {
    name: given.Name,
    lockDuration: given.Properties.LockDuration,
    maxDeliveryCount: given.Properties.MaxDeliveryCount,
    defaultTimeToLive: finite(given.Properties.DefaultMessageTimeToLive),
    deadLetterOnExpiry: given.Properties.DeadLetteringOnMessageExpiration,
  };
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

function toDuplicateWindow(given: z.infer<z.ZodObject<typeof sending>>): number | undefined {
  return given.RequiresDuplicateDetection ? given.DuplicateDetectionHistoryTimeWindow : undefined;
}

function toQueue(given: z.infer<typeof queue>): QueueConfiguration {
  return { ...toReceiving(given), duplicateWindow: toDuplicateWindow(given.Properties) };
}

function toTopic(given: z.infer<typeof topic>): TopicConfiguration {
  return {
    name: given.Name,
    defaultTimeToLive: finite(given.Properties.DefaultMessageTimeToLive),
    duplicateWindow: toDuplicateWindow(given.Properties),
    subscriptions: given.Subscriptions.map((one) => ({
      ...toReceiving(one),
      rules: one.Rules.length > 0 ? one.Rules : [{ name: DEFAULT_RULE, filter: { kind: 'true' } }],
    })),
  };
}

interface GivenFilter {
  readonly FilterType: 'Correlation' | 'Sql';
  readonly CorrelationFilter?: z.infer<typeof correlationFilter> | undefined;
  readonly SqlFilter?: { readonly SqlExpression: string } | undefined;
}

/** The rule, or what is wrong. */
function toRule(ruleName: string, given: GivenFilter): Rule | string {
  const other = given.FilterType === 'Sql' ? 'CorrelationFilter' : 'SqlFilter';
  if (given[other]) return `FilterType is ${given.FilterType} but there is a ${other} too`;
  if (given.FilterType === 'Sql') {
    if (!given.SqlFilter) return 'FilterType is Sql but there is no SqlFilter';
    return { name: ruleName, filter: { kind: 'sql', expression: given.SqlFilter.SqlExpression } };
  }
  if (!given.CorrelationFilter) return 'FilterType is Correlation but there is no CorrelationFilter';
  const { Properties: properties, ...fields } = given.CorrelationFilter;
  const system = Object.fromEntries(
    Object.entries(fields)
      .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
      .map(([field, value]) => [field.toLowerCase(), value]),
  );
  if (Object.keys(system).length + Object.keys(properties).length === 0) {
    return 'a correlation filter needs at least one property';
  }
  return { name: ruleName, filter: { kind: 'correlation', system, properties } };
}

function refuseTwins(configuration: ServiceBusConfiguration, origin: string): void {
  refuseTwin(
    [...configuration.queues, ...configuration.topics].map((one) => one.name),
    'queue or topic',
    origin,
  );
  for (const one of configuration.topics) {
    refuseTwin(
      one.subscriptions.map((each) => each.name),
      `subscription of ${one.name}`,
      origin,
    );
    for (const each of one.subscriptions) {
      refuseTwin(
        each.rules.map((rule) => rule.name),
        `rule of ${one.name}/${each.name}`,
        origin,
      );
    }
  }
}

function refuseTwin(names: readonly string[], what: string, origin: string): void {
  const seen = new Set<string>();
  for (const one of names) {
    if (seen.has(one.toLowerCase()))
      throw new StartError(`${origin}: there are two with the name ${one} (${what})`);
    seen.add(one.toLowerCase());
  }
}
