import { z } from 'zod';

/** Warehouses of a laptop: a subscription named `{warehouseId}` becomes one for each. */
export const LAPTOP_WAREHOUSES: readonly string[] = Array.from(
  { length: 8 },
  (_, index) => `WH-00${index + 1}`,
);

/** Properties of an entity, by the names of the official emulator's Config.json. */
type Properties = Readonly<Record<string, unknown>>;

/** A Config.json of the official emulator, of one namespace. */
export type EmulatorConfig = {
  readonly UserConfig: {
    readonly Namespaces: readonly [
      {
        readonly Name: string;
        readonly Queues: readonly { readonly Name: string; readonly Properties: Properties }[];
        readonly Topics: readonly {
          readonly Name: string;
          readonly Properties: Properties;
          readonly Subscriptions: readonly {
            readonly Name: string;
            readonly Properties: Properties;
            readonly Rules: readonly { readonly Name: string; readonly Properties: Properties }[];
          }[];
        }[];
      },
    ];
    readonly Logging: { readonly Type: string };
  };
};

const why = z.string().optional();
const receiving = {
  name: z.string(),
  why,
  lockDuration: z.string(),
  maxDeliveryCount: z.int(),
  defaultMessageTimeToLive: z.string(),
  deadLetteringOnMessageExpiration: z.boolean(),
  requiresSession: z.boolean(),
};
const sending = {
  /** Neither emulator has it. */
  maxSizeInMegabytes: z.int().optional(),
  requiresDuplicateDetection: z.boolean(),
  duplicateDetectionHistoryTimeWindow: z.string().optional(),
};
const rule = z.discriminatedUnion('filterType', [
  z.strictObject({
    name: z.string(),
    filterType: z.literal('SqlFilter'),
    sqlFilter: z.strictObject({ sqlExpression: z.string() }),
  }),
  z.strictObject({
    name: z.string(),
    filterType: z.literal('CorrelationFilter'),
    correlationFilter: z.strictObject({ properties: z.record(z.string(), z.string()) }),
  }),
]);
const subscription = z.strictObject({ ...receiving, rules: z.array(rule) });
const queue = z.strictObject({ ...receiving, ...sending });
const topic = z.strictObject({
  ...{ name: z.string(), why, defaultMessageTimeToLive: z.string() },
  ...sending,
  subscriptions: z.array(subscription),
});

/** Queues, topics and subscriptions as Azure has them, by the names of Azure Resource Manager: `infra/service-bus/topology.json`. */
export const topologySchema = z.strictObject({ why, queues: z.array(queue), topics: z.array(topic) });
export type Topology = z.infer<typeof topologySchema>;

/** The same in the words of Config.json; what it has no word for (the size of an entity) is left out. */
export function configOfTopology(
  { queues, topics }: Topology,
  warehouseIds: readonly string[] = LAPTOP_WAREHOUSES,
): EmulatorConfig {
  const subscriptionsOf = (one: Topology['topics'][number]) =>
    one.subscriptions.flatMap((each) => forEachWarehouse(each, warehouseIds)).map(toSubscription);
  return {
    UserConfig: {
      Namespaces: [
        {
          Name: 'sbemulatorns',
          Queues: queues.map(toEntity),
          Topics: topics.map((one) => ({ ...toEntity(one), Subscriptions: subscriptionsOf(one) })),
        },
      ],
      Logging: { Type: 'Console' },
    },
  };
}

type Subscription = z.infer<typeof subscription>;

/** `{warehouseId}` in name and filter is each warehouse in turn. */
function forEachWarehouse(template: Subscription, warehouseIds: readonly string[]): Subscription[] {
  if (template.name !== '{warehouseId}') return [template];
  const text = JSON.stringify(template);
  return warehouseIds.map((id) => subscription.parse(JSON.parse(text.replaceAll('{warehouseId}', id))));
}

function toSubscription({ rules, ...given }: Subscription) {
  return { ...toEntity(given), Rules: rules.map(toRule) };
}

/** Both name the properties alike, but for the first letter. */
function toEntity({ name, ...given }: { readonly name: string } & Properties) {
  const { why: _why, maxSizeInMegabytes: _size, subscriptions: _subscriptions, ...properties } = given;
  return {
    Name: name,
    Properties: Object.fromEntries(
      Object.entries(properties).map(([key, value]) => [key.charAt(0).toUpperCase() + key.slice(1), value]),
    ),
  };
}

function toRule(given: z.infer<typeof rule>) {
  const filter =
    given.filterType === 'SqlFilter'
      ? { FilterType: 'Sql', SqlFilter: { SqlExpression: given.sqlFilter.sqlExpression } }
      : {
          FilterType: 'Correlation',
          CorrelationFilter: { Properties: given.correlationFilter.properties },
        };
  return { Name: given.name, Properties: filter };
}
