import { z } from 'zod';
import { badRequest, notSupported } from './errors.ts';
import type { Json } from './json.ts';

const path = z.string().startsWith('/');

const indexingPolicy = z
  .object({
    indexingMode: z
      .string()
      .transform((mode) => mode.toLowerCase())
      .pipe(z.enum(['consistent', 'none']))
      .default('consistent'),
    automatic: z.boolean().default(true),
    includedPaths: z.array(z.object({ path }).loose()).default([]),
    excludedPaths: z.array(z.object({ path }).loose()).default([]),
    compositeIndexes: z
      .array(z.array(z.object({ path, order: z.enum(['ascending', 'descending']).optional() })).min(2))
      .optional(),
  })
  .strict()
  .superRefine((policy, context) => {
    if (policy.indexingMode === 'none') return;
    const paths = [...policy.includedPaths, ...policy.excludedPaths].map((entry) => entry.path);
    for (const entry of paths) {
      if (!/\/[?*]$/.test(entry) && entry !== '/*') context.addIssue(`path '${entry}' must end in /? or /*`);
    }
    if (paths.length > 0 && !paths.includes('/*'))
      context.addIssue(`the special mandatory indexing path "/*" is not provided`);
  })
  .transform((policy) =>
    policy.indexingMode === 'consistent' && policy.includedPaths.length + policy.excludedPaths.length === 0
      ? { ...policy, includedPaths: [{ path: '/*' }], excludedPaths: [{ path: '/"_etag"/?' }] }
      : policy,
  );

const partitionKey = z
  .object({
    paths: z.array(path).min(1).max(3),
    kind: z.enum(['Hash', 'MultiHash']).optional(),
    version: z.literal(2, 'not supported: partition key version 1').default(2),
    systemKey: z.boolean().optional(),
  })
  .transform(
    ({ paths, kind, version }) =>
      ({ paths, kind: kind ?? (paths.length > 1 ? 'MultiHash' : 'Hash'), version }) as const,
  )
  .refine(
    ({ paths, kind }) => kind === 'MultiHash' || paths.length === 1,
    'several paths need kind MultiHash',
  );

/** Refused rather than accepted and not kept. */
const uniqueKeyPolicy = z.object({ uniqueKeys: z.array(z.unknown()).max(0, 'not supported: unique keys') });

const schema = z
  .object({
    id: z
      .string()
      .min(1)
      .max(255)
      .regex(/^[^/\\?#]*[^/\\?# ]$/, "must not contain '/', '\\', '?' or '#' nor end with a space"),
    partitionKey: partitionKey.default({ paths: ['/_partitionKey'], kind: 'Hash', version: 2 }),
    indexingPolicy: indexingPolicy.prefault({}),
    defaultTtl: z
      .number()
      .int()
      .refine((ttl) => ttl === -1 || ttl > 0, 'must be -1 or a positive number of seconds')
      .optional(),
    uniqueKeyPolicy: uniqueKeyPolicy.optional(),
  })
  .loose();

/** What a container is made with; the defaults of the service filled in. `defaultTtl` is in seconds, -1: only items with a `ttl` expire. */
export type ContainerDefinition = z.infer<typeof schema>;

/** Answered as they are stored; they change nothing on one machine. */
const HARMLESS = new Set([
  'conflictResolutionPolicy',
  'geospatialConfig',
  'analyticalStorageTtl',
  'changeFeedPolicy',
]);
/** Set by the server, sent back by clients that replace what they read. */
const SYSTEM = /^_(rid|ts|self|etag|docs|sprocs|triggers|udfs|conflicts)$/;

/** Checks the body of a container request. Throws 400 naming the field, 501 for a feature this server lacks. */
export function parseContainerDefinition(body: Json): ContainerDefinition {
  const parsed = schema.safeParse(body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw badRequest(
      `The container definition is invalid: ${issue?.path.join('.') || 'body'}: ${issue?.message}`,
    );
  }
  for (const name of Object.keys(parsed.data)) {
    if (SYSTEM.test(name)) delete parsed.data[name];
    else if (!(name in schema.shape) && !HARMLESS.has(name))
      throw notSupported(`container property '${name}'`);
  }
  return parsed.data;
}
