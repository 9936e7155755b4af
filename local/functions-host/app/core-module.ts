import Module from 'node:module';
import type { FunctionCallback, FunctionMetadata, LogCategory, LogLevel, ProgrammingModel } from '../rpc.ts';

/** What the running app registered through `@azure/functions`; one a host. */
export interface AppRegistration {
  model: ProgrammingModel | undefined;
  functions: Map<string, RegisteredFunction>;
  hooks: Record<HookName, HookCallback[]>;
  /** Set once the app has started: later registrations are refused. */
  locked: boolean;
  log(level: LogLevel, category: LogCategory, message: string): void;
}

export interface RegisteredFunction {
  metadata: FunctionMetadata;
  callback: FunctionCallback;
}

const HOOK_NAMES = ['preInvocation', 'postInvocation', 'appStart', 'appTerminate', 'log'] as const;
export type HookName = (typeof HOOK_NAMES)[number];
export type HookCallback = (context: Record<string, unknown>) => unknown;

const HOST_VERSION = '4.1037.0';
let current: AppRegistration | undefined;
let installed = false;

/**
 * Makes `require('@azure/functions-core')` answer with this host and everything that is registered from now on go to the
 * returned record. The library requires the module lazily and once a process, so it stays one object that points at the
 * newest app. Must run before the app's first file is loaded.
 */
export function installCoreModule(log: AppRegistration['log']): AppRegistration {
  current = {
    model: undefined,
    functions: new Map(),
    hooks: { preInvocation: [], postInvocation: [], appStart: [], appTerminate: [], log: [] },
    locked: false,
    log,
  };
  if (!installed) interceptRequire();
  installed = true;
  return current;
}

class Disposable {
  readonly #dispose: () => void;
  constructor(dispose: () => void) {
    this.#dispose = dispose;
  }
  static from(...all: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const one of all) one.dispose();
    });
  }
  dispose(): void {
    this.#dispose();
  }
}

function app(): AppRegistration {
  if (!current) throw new Error('No function app is being loaded.');
  return current;
}

function registerFunction(metadata: FunctionMetadata, callback: FunctionCallback): Disposable {
  const { functions, locked } = app();
  if (locked) throw systemError(new Error('A function can only be registered during app startup.'));
  const id = metadata.functionId ?? metadata.name;
  if (functions.has(id.toLowerCase())) {
    throw systemError(new Error(`A function with id "${id}" has already been registered.`));
  }
  functions.set(id.toLowerCase(), { metadata, callback });
  return new Disposable(() => {
    if (locked) throw systemError(new Error('A function can only be disposed during app startup.'));
    functions.delete(id.toLowerCase());
  });
}

function registerHook(name: string, callback: HookCallback): Disposable {
  const known = HOOK_NAMES.find((hook) => hook === name);
  if (!known) throw systemError(new RangeError(`Unrecognized hook "${name}"`));
  const hooks = app().hooks[known];
  hooks.push(callback);
  return new Disposable(() => {
    const at = hooks.indexOf(callback);
    if (at >= 0) hooks.splice(at, 1);
  });
}

/** The library tests this mark to tell the host's refusals from errors of the app (`hooks/registerHook.ts`). */
function systemError<T extends Error>(error: T): T {
  return Object.assign(error, { isAzureFunctionsSystemError: true });
}

const coreModule = {
  version: HOST_VERSION,
  hostVersion: HOST_VERSION,
  setProgrammingModel(model: ProgrammingModel) {
    app().model = model;
  },
  getProgrammingModel: () => app().model,
  registerFunction,
  registerHook,
  log: (level: LogLevel, category: LogCategory, message: string) => app().log(level, category, message),
  Disposable,
};

/** `Module._load` is not in Node's types; every `require` passes through it, also those of an ES module's CommonJS imports. */
function interceptRequire(): void {
  const loader = Module as unknown as { _load(request: string, ...rest: unknown[]): unknown };
  const load = loader._load;
  loader._load = function (this: unknown, request: string, ...rest: unknown[]) {
    return request === '@azure/functions-core' ? coreModule : load.call(this, request, ...rest);
  };
}
