import { randomUUID } from 'node:crypto';
import type { AppRegistration, HookCallback, RegisteredFunction } from './app/core-module.ts';
import { orchestratorError } from './durable/orchestrator-state.ts';
import { describeError, type HostLog } from './log.ts';
import type {
  BindingInfo,
  CoreInvocationContext,
  FunctionCallback,
  LogCategory,
  LogLevel,
  RetryContext,
  RpcInvocationResponse,
  RpcTypedData,
  TraceContext,
} from './rpc.ts';

/** A registered function with the trigger found among its bindings. */
export interface HostFunction extends RegisteredFunction {
  name: string;
  /** Key of the trigger among the bindings; trigger data is delivered under it. */
  triggerKey: string;
  trigger: BindingInfo;
}

/** What a trigger hands over for one invocation. */
export interface InvocationInput {
  data: RpcTypedData;
  triggerMetadata?: Record<string, RpcTypedData>;
  /** A new one is made when absent; a retry keeps the first one's. */
  invocationId?: string;
  traceContext?: TraceContext;
  retryContext?: RetryContext;
}

/** Runs a function once; rejects with what the function, a hook or an output binding threw. */
export type Invoke = (fn: HostFunction, input: InvocationInput) => Promise<RpcInvocationResponse>;

/** The values of a function's input bindings other than its trigger, for one invocation. */
export type ReadInputs = (fn: HostFunction) => NamedInput[];

export interface NamedInput {
  /** Key of the binding. */
  name: string;
  data: RpcTypedData;
}

/** Binds what a function returned to its output bindings, before the trigger settles. */
export type BindOutputs = (fn: HostFunction, response: RpcInvocationResponse) => Promise<void> | undefined;

export interface Invoker {
  invoke: Invoke;
  /** Invocations that have not ended. */
  running(): number;
  runAppHooks(kind: 'appStart' | 'appTerminate', extra: Record<string, unknown>): Promise<void>;
}

/** When a function did not end within `functionTimeout` of `host.json`. */
class FunctionTimeoutError extends Error {
  override name = 'FunctionTimeoutError';
}

const NO_TRACE: TraceContext = { traceParent: '', traceState: '', attributes: {} };

/**
 * The invoker of one app. An invocation runs as `InvocationHandler.ts` of the Node worker does it: arguments, pre-invocation
 * hooks one after the other, the handler, post-invocation hooks (which may change result and error), outputs.
 * @param functionTimeout milliseconds; the handler is not stopped (JavaScript cannot), but its invocation fails.
 */
export function createInvoker(
  app: AppRegistration,
  log: HostLog,
  functionTimeout: number,
  readInputs: ReadInputs,
  bindOutputs: BindOutputs,
): Invoker {
  const appHookData = {};
  const appLevelHookData = {};
  let running = 0;

  const invoke: Invoke = async (fn, input) => {
    running += 1;
    const startedAt = performance.now();
    const invocationId = input.invocationId ?? randomUUID();
    try {
      const work = runOnce(app, log, appHookData, fn, invocationId, input, readInputs(fn));
      const response = await withTimeout(work, functionTimeout, fn.name);
      const bound = bindOutputs(fn, response);
      if (bound) await bound;
      if (log.enabled('debug', fn.name)) {
        log.write(
          'debug',
          fn.name,
          `succeeded in ${Math.round(performance.now() - startedAt)} ms (${invocationId})`,
        );
      }
      return response;
    } catch (error) {
      const ms = Math.round(performance.now() - startedAt);
      log.write('error', fn.name, `failed after ${ms} ms (${invocationId}): ${describeAppError(error)}`);
      throw error;
    } finally {
      running -= 1;
    }
  };

  return {
    invoke,
    running: () => running,
    async runAppHooks(kind, extra) {
      for (const hook of app.hooks[kind]) await hook({ hookData: appLevelHookData, appHookData, ...extra });
    },
  };
}

async function runOnce(
  app: AppRegistration,
  log: HostLog,
  appHookData: object,
  fn: HostFunction,
  invocationId: string,
  input: InvocationInput,
  furtherInputs: NamedInput[],
): Promise<RpcInvocationResponse> {
  if (!app.model) throw new Error('The app has set no programming model.');
  let invocationContext: unknown;
  const core: CoreInvocationContext = {
    invocationId,
    metadata: fn.metadata,
    state: undefined,
    request: {
      invocationId,
      functionId: fn.metadata.functionId ?? fn.name,
      inputData: [{ name: fn.triggerKey, data: input.data }, ...furtherInputs],
      triggerMetadata: input.triggerMetadata ?? {},
      traceContext: input.traceContext ?? NO_TRACE,
      retryContext: input.retryContext ?? null,
    },
    log: (level, category, message) =>
      writeWithHooks(app.hooks.log, log, fn.name, { level, category, message, invocationContext }),
  };
  const model = await app.model.getInvocationModel(core);
  const { context, inputs } = await model.getArguments();
  invocationContext = context;
  const hookData = {};

  const pre = { hookData, appHookData, invocationContext: context, functionCallback: fn.callback, inputs };
  core.state = 'preInvocationHooks';
  for (const hook of app.hooks.preInvocation) await hook(pre);

  core.state = 'invocation';
  const outcome = await settle(() =>
    model.invokeFunction(context, pre.inputs, pre.functionCallback as FunctionCallback),
  );

  const post = { hookData, appHookData, invocationContext: context, inputs: pre.inputs, ...outcome };
  core.state = 'postInvocationHooks';
  for (const hook of app.hooks.postInvocation) await hook(post);
  core.state = undefined;
  if (post.error !== null && post.error !== undefined) throw post.error;
  return model.getResponse(context, post.result);
}

/** Message and stack of an error, without the frames of library and host under the handler. */
function describeAppError(error: unknown): string {
  const orchestrators = error instanceof Error ? orchestratorError(error.message) : undefined;
  if (orchestrators) return orchestrators;
  const lines = describeError(error, true).split('\n');
  const end = lines.findIndex((line) =>
    /^\s+at .*[\\/](@azure[\\/]functions|functions-host)[\\/]/.test(line),
  );
  return (end < 1 ? lines : lines.slice(0, end)).join('\n');
}

async function settle(run: () => Promise<unknown>): Promise<{ result: unknown; error: unknown }> {
  try {
    return { result: await run(), error: null };
  } catch (error) {
    return { result: null, error: error ?? new Error(`The function threw ${String(error)}.`) };
  }
}

/** Log hooks see a record before it is written and may change its level and text. */
function writeWithHooks(
  hooks: HookCallback[],
  log: HostLog,
  subject: string,
  record: { level: LogLevel; category: LogCategory; message: string; invocationContext: unknown },
): void {
  const changed = { hookData: {}, ...record };
  for (const hook of hooks) hook(changed);
  log.write(changed.level, subject, changed.message);
}

function withTimeout<T>(work: Promise<T>, ms: number, name: string): Promise<T> {
  if (!Number.isFinite(ms)) return work;
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(new FunctionTimeoutError(`Timeout value of ${ms / 1000} s was exceeded by function ${name}.`)),
      ms,
    );
  });
  return Promise.race([work, timeout]).finally(() => clearTimeout(timer));
}
