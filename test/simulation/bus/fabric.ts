import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** Properties by which filters decide. */
export type Properties = Readonly<Record<string, unknown>>;

/** A subscription or queue as `infra/service-bus/config.json` says. */
export type Place = {
  /** `topic/subscription`, or the queue's name. */
  readonly name: string;
  readonly lockMs: number;
  readonly timeToLiveMs: number;
  readonly maxDeliveries: number;
  readonly keepsExpired: boolean;
  takes(properties: Properties): boolean;
};

const durationSchema = z.string().transform((text) => {
  const [, hours, minutes, seconds] = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(text) ?? [];
  if (hours === undefined && minutes === undefined && seconds === undefined)
    throw new Error(`not supported: a duration of ${text}`);
  return ((Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60 + Number(seconds ?? 0)) * 1_000;
});

const placeSchema = z.object({
  Name: z.string(),
  Properties: z.object({
    DeadLetteringOnMessageExpiration: z.boolean(),
    DefaultMessageTimeToLive: durationSchema,
    LockDuration: durationSchema,
    MaxDeliveryCount: z.int(),
  }),
  Rules: z
    .array(
      z.object({
        Properties: z.object({
          SqlFilter: z.object({ SqlExpression: z.string() }).optional(),
          CorrelationFilter: z.object({ Properties: z.record(z.string(), z.string()) }).optional(),
        }),
      }),
    )
    .optional(),
});

const configSchema = z.object({
  UserConfig: z.object({
    Namespaces: z.array(
      z.object({
        Queues: z.array(placeSchema),
        Topics: z.array(z.object({ Name: z.string(), Subscriptions: z.array(placeSchema) })),
      }),
    ),
  }),
});

const CONFIG = join(import.meta.dirname, '../../../infra/service-bus/config.json');

/** The places where messages of each queue or topic wait, by its name. */
export function readFabric(): ReadonlyMap<string, readonly Place[]> {
  const { UserConfig } = configSchema.parse(JSON.parse(readFileSync(CONFIG, 'utf8')));
  const fabric = new Map<string, readonly Place[]>();
  for (const { Queues, Topics } of UserConfig.Namespaces) {
    for (const queue of Queues) fabric.set(queue.Name, [placeOf(queue, queue.Name)]);
    for (const { Name, Subscriptions } of Topics)
      fabric.set(
        Name,
        Subscriptions.map((subscription) => placeOf(subscription, `${Name}/${subscription.Name}`)),
      );
  }
  return fabric;
}

function placeOf({ Properties, Rules = [] }: z.infer<typeof placeSchema>, name: string): Place {
  const filters = Rules.map((rule) => filterOf(rule.Properties));
  return {
    name,
    lockMs: Properties.LockDuration,
    timeToLiveMs: Properties.DefaultMessageTimeToLive,
    maxDeliveries: Properties.MaxDeliveryCount,
    keepsExpired: Properties.DeadLetteringOnMessageExpiration,
    takes: (properties) => filters.length === 0 || filters.some((takes) => takes(properties)),
  };
}

type Rule = NonNullable<z.infer<typeof placeSchema>['Rules']>[number]['Properties'];

/** Correlation by application properties, and the one SQL filter that the product has. */
function filterOf({ SqlFilter, CorrelationFilter }: Rule): Place['takes'] {
  if (CorrelationFilter) {
    const wanted = Object.entries(CorrelationFilter.Properties);
    return (properties) => wanted.every(([name, value]) => properties[name] === value);
  }
  const [, name] = /^replayTo IS NULL OR replayTo = '([^']+)'$/.exec(SqlFilter?.SqlExpression ?? '') ?? [];
  if (name === undefined) throw new Error(`not supported: the filter ${JSON.stringify(SqlFilter)}`);
  return ({ replayTo }) => replayTo === undefined || replayTo === name;
}
