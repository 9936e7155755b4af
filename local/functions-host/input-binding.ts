import { durableClientInput } from './durable/client-binding.ts';
import type { HostFunction, NamedInput, ReadInputs } from './invocation.ts';
import type { BindingInfo, RpcTypedData } from './rpc.ts';
import { HostStartError } from './startup-error.ts';

/** What the host offers to an input binding. */
export interface InputServices {
  /** `http://HOST` of this host. */
  origin: string;
  hostJson: { durableTask: { hubName: string } };
  keys: { durabletask_extension: string };
}

/** Gives the value of one input binding, once an invocation. */
export type InputReader = () => RpcTypedData;

/** Makes the reader of one input binding. @throws HostStartError when an option or setting is missing or not supported. */
export type InputBinding = (fn: HostFunction, binding: BindingInfo, host: InputServices) => InputReader;

/** Input bindings other than triggers, by type in lower case. */
const inputBindings: Record<string, InputBinding> = {
  durableclient: durableClientInput,
  // Its name in version 1 of the extension, which the SDK still takes.
  orchestrationclient: durableClientInput,
};

/**
 * Prepares the input bindings of all functions.
 * @returns the step that reads an invocation's inputs.
 * @throws HostStartError `not supported: …` for an unknown input type.
 */
export function prepareInputs(functions: readonly HostFunction[], host: InputServices): ReadInputs {
  const readers = new Map(functions.map((fn) => [fn, readersOf(fn, host)]));
  return (fn) => readers.get(fn)?.map((read) => read()) ?? [];
}

function readersOf(fn: HostFunction, host: InputServices): (() => NamedInput)[] {
  return Object.entries(fn.metadata.bindings).flatMap(([name, binding]) => {
    if (binding.direction !== 'in' || name === fn.triggerKey) return [];
    const input = inputBindings[binding.type.toLowerCase()];
    if (!input) throw new HostStartError(`not supported: ${binding.type} input (function ${fn.name})`);
    const read = input(fn, binding, host);
    return [() => ({ name, data: read() })];
  });
}
