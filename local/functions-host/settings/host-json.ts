import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { LogLevel } from '../rpc.ts';
import { HostStartError } from '../startup-error.ts';
import { parseJsonFile } from './json-file.ts';
import { parseTimeSpan } from './time-span.ts';

const duration = z.string().transform((text, context) => {
  const ms = parseTimeSpan(text);
  if (ms !== undefined) return ms;
  context.addIssue(`"${text}" is not a TimeSpan hh:mm:ss`);
  return z.NEVER;
});

function caseInsensitive<const T extends string>(values: readonly T[]) {
  return z.string().transform((text, context) => {
    const found = values.find((value) => value.toLowerCase() === text.toLowerCase());
    if (found) return found;
    context.addIssue(`"${text}" is not one of ${values.join(', ')}`);
    return z.NEVER;
  });
}

const functionTimeout = z.union([z.literal('-1').transform(() => Number.POSITIVE_INFINITY), duration]);
const oldHandlerOptions = z.object({
  autoComplete: z.boolean().optional(),
  maxAutoRenewDuration: duration.optional(),
  maxConcurrentCalls: z.int().min(1).optional(),
});

const serviceBusSchema = z.object({
  prefetchCount: z.int().min(0).optional(),
  transportType: z.string().optional(),
  autoCompleteMessages: z.boolean().optional(),
  maxAutoLockRenewalDuration: duration.optional(),
  maxConcurrentCalls: z.int().min(1).optional(),
  maxMessageBatchSize: z.int().min(1).optional(),
  minMessageBatchSize: z.int().min(1).optional(),
  maxBatchWaitTime: duration.optional(),
  clientRetryOptions: z
    .object({
      mode: z.enum(['exponential', 'fixed', 'Exponential', 'Fixed']).optional(),
      tryTimeout: duration.optional(),
      delay: duration.optional(),
      maxDelay: duration.optional(),
      maxRetries: z.int().min(0).optional(),
    })
    .optional(),
  messageHandlerOptions: oldHandlerOptions.optional(),
  batchOptions: z.object({ autoComplete: z.boolean().optional() }).optional(),
  enableCrossEntityTransactions: z.literal(false, 'not supported: transactions').optional(),
});

/** Azure's rule for the name of a task hub. */
const hubName = z.string().regex(/^[A-Za-z][A-Za-z0-9]{2,44}$/, {
  error: ({ input }) => `"${input}" is not 3 to 45 letters and digits that begin with a letter`,
});

const durableTaskSchema = z.object({
  hubName: hubName.optional(),
  defaultVersion: z.string().min(1).optional(),
  versionMatchStrategy: caseInsensitive(['None', 'Strict', 'CurrentOrOlder']).optional(),
  versionFailureStrategy: caseInsensitive(['Reject', 'Fail']).optional(),
  maxConcurrentActivityFunctions: z.int().min(1).optional(),
  maxConcurrentOrchestratorFunctions: z.int().min(1).optional(),
});

const hostSchema = z.object({
  version: z.literal('2.0', 'must be "2.0"').optional(),
  functionTimeout: functionTimeout.optional(),
  logging: z.object({ logLevel: z.record(z.string(), z.string()).optional() }).optional(),
  retry: z.unknown().optional(),
  functions: z
    .undefined('not supported: choosing functions; disable the others by AzureWebJobs.NAME.Disabled')
    .optional(),
  extensions: z
    .object({
      http: z
        .object({
          routePrefix: z.string().optional(),
          customHeaders: z.undefined('not supported: custom headers').optional(),
          hsts: z.object({ isEnabled: z.literal(false, 'not supported: hsts').optional() }).optional(),
        })
        .optional(),
      serviceBus: serviceBusSchema.optional(),
      durableTask: durableTaskSchema.optional(),
    })
    .optional(),
});

/** `extensions.serviceBus` of `host.json` with the extension's defaults filled in; times in milliseconds. */
export interface ServiceBusOptions {
  prefetchCount: number;
  autoCompleteMessages: boolean;
  maxAutoLockRenewalDuration: number;
  maxConcurrentCalls: number;
  maxMessageBatchSize: number;
  minMessageBatchSize: number;
  maxBatchWaitTime: number;
  clientRetry: {
    mode: 'exponential' | 'fixed';
    tryTimeout: number;
    delay: number;
    maxDelay: number;
    maxRetries: number;
  };
}

/** `extensions.durableTask` of `host.json` with the extension's defaults filled in. */
export interface DurableTaskOptions {
  hubName: string;
  /** Version of instances and sub-orchestrations that are started without one. */
  defaultVersion: string | undefined;
  versionMatchStrategy: 'None' | 'Strict' | 'CurrentOrOlder';
  versionFailureStrategy: 'Reject' | 'Fail';
  maxConcurrentActivityFunctions: number;
  maxConcurrentOrchestratorFunctions: number;
}

export interface HostJson {
  /** Without slashes at its ends; empty when routes start at the root. */
  routePrefix: string;
  /** Milliseconds an invocation may take; infinite when switched off. */
  functionTimeout: number;
  serviceBus: ServiceBusOptions;
  durableTask: DurableTaskOptions;
  logLevel: Record<string, LogLevel>;
  /** True when the file has the withdrawn app-level `retry`, which is ignored. */
  hasRetry: boolean;
  /** Members this host does not act on, for a warning: `extensions.durableTask.tracing`. */
  ignored: string[];
}

/**
 * Reads `host.json`.
 * @throws HostStartError when the file is missing or a member is wrong.
 */
export function loadHostJson(appFolder: string): HostJson {
  const file = join(appFolder, 'host.json');
  if (!existsSync(file)) {
    throw new HostStartError(
      `No host.json in ${appFolder}; create it with {"version": "2.0"}, or pass the app's folder with --app.`,
    );
  }
  const text = readFileSync(file, 'utf8');
  const json = parseJsonFile(file, text, hostSchema);
  return {
    routePrefix: (json.extensions?.http?.routePrefix ?? 'api').replace(/^\/+|\/+$/g, ''),
    functionTimeout: json.functionTimeout ?? 30 * 60_000,
    serviceBus: serviceBusOptions(file, json.extensions?.serviceBus ?? {}),
    durableTask: durableTaskOptions(json.extensions?.durableTask ?? {}),
    logLevel: logLevels(file, json.logging?.logLevel ?? {}),
    hasRetry: json.retry !== undefined,
    ignored: unknownMembers(hostSchema, parseJsonFile(file, text, z.unknown()), ''),
  };
}

/** About hosting, telemetry and development tools: a local run is the same without them. */
const HARMLESS = [
  '$schema',
  'aggregator',
  'extensionBundle',
  'healthMonitor',
  'logging',
  'managedDependency',
  'telemetryMode',
  'watchDirectories',
  'watchFiles',
];

function unknownMembers(schema: z.ZodType, value: unknown, path: string): string[] {
  const inner = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
  if (!(inner instanceof z.ZodObject) || typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    if (path === '' && HARMLESS.includes(name)) return [];
    const known: z.ZodType | undefined = inner.shape[name];
    return known ? unknownMembers(known, member, `${path}${name}.`) : [`${path}${name}`];
  });
}

/** Defaults: `DurableTaskOptions.cs` of the extension, version 3. */
function durableTaskOptions(given: z.infer<typeof durableTaskSchema>): DurableTaskOptions {
  return {
    hubName: given.hubName ?? 'TestHubName',
    defaultVersion: given.defaultVersion,
    versionMatchStrategy: given.versionMatchStrategy ?? 'CurrentOrOlder',
    versionFailureStrategy: given.versionFailureStrategy ?? 'Reject',
    maxConcurrentActivityFunctions: given.maxConcurrentActivityFunctions ?? 10 * availableParallelism(),
    maxConcurrentOrchestratorFunctions:
      given.maxConcurrentOrchestratorFunctions ?? 10 * availableParallelism(),
  };
}

/** Defaults: `ServiceBusOptions.cs` of the extension, version 5; the old names still count where the new ones are absent. */
function serviceBusOptions(file: string, given: z.infer<typeof serviceBusSchema>): ServiceBusOptions {
  if (given.transportType && given.transportType.toLowerCase() !== 'amqptcp') {
    throw new HostStartError(
      `not supported: extensions.serviceBus.transportType "${given.transportType}" in ${file}; only amqpTcp is.`,
    );
  }
  const retry = given.clientRetryOptions ?? {};
  const options: ServiceBusOptions = {
    prefetchCount: given.prefetchCount ?? 0,
    autoCompleteMessages:
      given.autoCompleteMessages ??
      given.messageHandlerOptions?.autoComplete ??
      given.batchOptions?.autoComplete ??
      true,
    maxAutoLockRenewalDuration:
      given.maxAutoLockRenewalDuration ?? given.messageHandlerOptions?.maxAutoRenewDuration ?? 5 * 60_000,
    maxConcurrentCalls:
      given.maxConcurrentCalls ??
      given.messageHandlerOptions?.maxConcurrentCalls ??
      16 * availableParallelism(),
    maxMessageBatchSize: given.maxMessageBatchSize ?? 1000,
    minMessageBatchSize: given.minMessageBatchSize ?? 1,
    maxBatchWaitTime: given.maxBatchWaitTime ?? 30_000,
    clientRetry: {
      mode: retry.mode?.toLowerCase() === 'fixed' ? 'fixed' : 'exponential',
      // 1 minute on the real host. Here, a broker killed while it is being asked would leave the caller waiting that long.
      tryTimeout: retry.tryTimeout ?? 10_000,
      delay: retry.delay ?? 800,
      maxDelay: retry.maxDelay ?? 5_000,
      maxRetries: retry.maxRetries ?? 3,
    },
  };
  if (options.minMessageBatchSize > options.maxMessageBatchSize) {
    throw new HostStartError(
      `${file}: extensions.serviceBus.minMessageBatchSize (${options.minMessageBatchSize}) is above maxMessageBatchSize (${options.maxMessageBatchSize}).`,
    );
  }
  if (options.maxBatchWaitTime > 150_000) {
    throw new HostStartError(`${file}: extensions.serviceBus.maxBatchWaitTime is above 00:02:30.`);
  }
  return options;
}

const LEVELS: readonly LogLevel[] = ['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none'];

function logLevels(file: string, given: Record<string, string>): Record<string, LogLevel> {
  return Object.fromEntries(
    Object.entries(given).map(([category, text]) => {
      const level = LEVELS.find((known) => known === text.toLowerCase());
      if (!level)
        throw new HostStartError(
          `${file}: logging.logLevel.${category} is "${text}"; it is one of ${LEVELS.join(', ')}.`,
        );
      return [category, level];
    }),
  );
}
