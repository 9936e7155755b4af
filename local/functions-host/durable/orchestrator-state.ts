import { z } from 'zod';
import { describeError } from '../log.ts';
import type { RpcInvocationResponse } from '../rpc.ts';
import type { FailureDetails } from './history-events.ts';

const retryOptions = z.object({
  firstRetryIntervalInMilliseconds: z.number(),
  maxNumberOfAttempts: z.number(),
  backoffCoefficient: z.number().nullish(),
  maxRetryIntervalInMilliseconds: z.number().nullish(),
  retryTimeoutInMilliseconds: z.number().nullish(),
});
export type RetryOptions = z.infer<typeof retryOptions>;

const subOrchestrator = {
  functionName: z.string(),
  instanceId: z.string().nullish(),
  input: z.unknown().optional(),
  version: z.string().nullish(),
};

/** Codes of the actions that this host runs (`DF: actions/ActionType.js`). */
export const ActionType = {
  CallActivity: 0,
  CallActivityWithRetry: 1,
  CallSubOrchestrator: 2,
  CallSubOrchestratorWithRetry: 3,
  ContinueAsNew: 4,
  CreateTimer: 5,
  WaitForExternalEvent: 6,
  WhenAny: 11,
  WhenAll: 12,
} as const;

const activity = { functionName: z.string(), input: z.unknown().optional() };

/** The actions of replay schema V3 that this host runs (`DF: actions/*.js`). */
const simpleActions = [
  z.object({ actionType: z.literal(ActionType.CallActivity), ...activity }),
  z.object({ actionType: z.literal(ActionType.CallActivityWithRetry), ...activity, retryOptions }),
  z.object({ actionType: z.literal(ActionType.CallSubOrchestrator), ...subOrchestrator }),
  z.object({
    actionType: z.literal(ActionType.CallSubOrchestratorWithRetry),
    ...subOrchestrator,
    retryOptions,
  }),
  z.object({ actionType: z.literal(ActionType.ContinueAsNew), input: z.unknown().optional() }),
  z.object({
    actionType: z.literal(ActionType.CreateTimer),
    fireAt: z.iso.datetime(),
    isCanceled: z.boolean(),
  }),
  z.object({ actionType: z.literal(ActionType.WaitForExternalEvent), externalEventName: z.string() }),
] as const;

const compoundTypes = [ActionType.WhenAny, ActionType.WhenAll] as const;
export type CompoundAction = { actionType: (typeof compoundTypes)[number]; compoundActions: Action[] };
export type Action = z.infer<(typeof simpleActions)[number]> | CompoundAction;

const action: z.ZodType<Action> = z.lazy(() =>
  z.discriminatedUnion('actionType', [
    ...simpleActions,
    z.object({ actionType: z.literal(compoundTypes), compoundActions: z.array(action) }),
  ]),
);

const failureDetails = z.object({
  ErrorType: z.string(),
  ErrorMessage: z.string(),
  StackTrace: z.string().nullish(),
  InnerFailure: z.unknown().optional(),
  IsNonRetriable: z.boolean().nullish(),
  Properties: z.record(z.string(), z.unknown()).nullish(),
});

const stateSchema = z.object({
  isDone: z.boolean(),
  actions: z.tuple([z.array(action)]),
  output: z.unknown().optional(),
  customStatus: z.unknown().optional(),
  error: z.string().nullish(),
  failureDetails: failureDetails.nullish(),
});

/** What an orchestrator answered in an episode. */
export interface OrchestratorState {
  isDone: boolean;
  /** Every action yielded since the beginning. */
  actions: readonly Action[];
  /** JSON; null when it returned nothing. */
  outputJson: string | null;
  customStatusJson: string | null;
  /** Message of the error that ended it. */
  error: string | undefined;
  failureDetails: FailureDetails | null;
}

/** When an orchestrator uses what this host does not do. */
export class UnsupportedActionError extends Error {
  override name = 'UnsupportedActionError';
}

const UNSUPPORTED: Record<number, string> = {
  7: 'callEntity',
  8: 'callHttp',
  9: 'signalEntity',
  10: 'signalEntity',
  13: 'lock',
  14: 'lock',
};

/** The state in the answer of an episode that did not throw. @throws UnsupportedActionError */
export function stateOfResponse(response: RpcInvocationResponse): OrchestratorState {
  return readState(response.returnValue?.json ?? '');
}

const LABEL = '\n\n$OutOfProcData$:';

/**
 * The state that the library attaches to the error of an orchestrator that threw (`DF: error/OrchestrationFailureError.js`). An error
 * without one failed before the replay: nothing was scheduled.
 * @throws UnsupportedActionError
 */
export function stateOfError(error: unknown): OrchestratorState {
  const message = describeError(error);
  const at = message.indexOf(LABEL);
  if (at >= 0) return readState(message.slice(at + LABEL.length));
  return {
    isDone: false,
    actions: [],
    outputJson: null,
    customStatusJson: null,
    error: message || 'unknown',
    failureDetails: null,
  };
}

/** What an orchestrator threw, cut out of the message the library makes of it; undefined when it is no such message. */
export function orchestratorError(message: string): string | undefined {
  const at = message.indexOf(LABEL);
  if (at < 0) return undefined;
  const state = z.object({ error: z.string() }).safeParse(JSON.parse(message.slice(at + LABEL.length)));
  return state.data?.error;
}

function readState(json: string): OrchestratorState {
  const value: unknown = JSON.parse(json);
  const parsed = stateSchema.safeParse(value);
  if (!parsed.success) throw unreadable(value, parsed.error);
  const { isDone, actions, output, customStatus, error, failureDetails: details } = parsed.data;
  return {
    isDone,
    actions: actions[0],
    outputJson: toJson(output),
    customStatusJson: toJson(customStatus),
    error: error || undefined,
    failureDetails: details ? wholeDetails(details) : null,
  };
}

/** The library leaves out what is null. */
function wholeDetails(given: z.infer<typeof failureDetails>): FailureDetails {
  return {
    ErrorType: given.ErrorType,
    ErrorMessage: given.ErrorMessage,
    StackTrace: given.StackTrace ?? null,
    InnerFailure: given.InnerFailure ?? null,
    IsNonRetriable: given.IsNonRetriable ?? false,
    Properties: given.Properties ?? null,
  };
}

/** A value of the orchestrator as JSON; null for nothing. */
export function toJson(value: unknown): string | null {
  return value === undefined || value === null ? null : JSON.stringify(value);
}

function unreadable(value: unknown, error: z.ZodError): Error {
  const used = UNSUPPORTED[unsupportedIn(value) ?? -1];
  if (used) return new UnsupportedActionError(`not supported: ${used}`);
  return new Error(`The orchestrator answered what this host cannot read: ${z.prettifyError(error)}`);
}

/** The first action type in a state that is known not to be supported. */
function unsupportedIn(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if ('actionType' in value && typeof value.actionType === 'number' && UNSUPPORTED[value.actionType]) {
    return value.actionType;
  }
  const inner = Array.isArray(value)
    ? value
    : ['actions', 'compoundActions'].map((key) => Reflect.get(value, key) as unknown);
  for (const item of inner) {
    const found = unsupportedIn(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
