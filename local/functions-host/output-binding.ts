import type { BindOutputs, HostFunction } from './invocation.ts';
import type { BindingInfo, RpcTypedData } from './rpc.ts';
import { serviceBusOutput } from './service-bus/output.ts';
import { HostStartError } from './startup-error.ts';
import type { HostServices } from './trigger-listener.ts';

/** Writes one value that a function gave to an output binding. */
export type OutputWriter = (value: RpcTypedData) => Promise<void>;

/** Makes the writer of one output binding. @throws HostStartError when an option or setting is missing. */
export type OutputBinding = (
  fn: HostFunction,
  binding: BindingInfo,
  host: Pick<HostServices, 'log' | 'settings' | 'serviceBus'>,
) => OutputWriter;

/** Output bindings by type in lower case. `http` is absent: the HTTP trigger answers with it. */
const outputBindings: Record<string, OutputBinding> = { servicebus: serviceBusOutput };

/**
 * Prepares the output bindings of all functions.
 * @returns the step that writes an invocation's outputs, all at once; it rejects when one fails, and so the invocation fails.
 * @throws HostStartError `not supported: …` for an unknown output type.
 */
export function prepareOutputs(
  functions: readonly HostFunction[],
  host: Pick<HostServices, 'log' | 'settings' | 'serviceBus'>,
): BindOutputs {
  const writers = new Map(functions.map((fn) => [fn, writersOf(fn, host)]));
  return (fn, response) => {
    const own = writers.get(fn);
    if (!own || own.size === 0) return undefined;
    const values = [...(response.outputData ?? []), { name: '$return', data: response.returnValue }];
    const writes = values.flatMap(({ name, data }) => {
      const write = own.get(name);
      return write && data !== null && data !== undefined ? [write(data)] : [];
    });
    return writes.length === 0 ? undefined : Promise.all(writes).then(() => undefined);
  };
}

function writersOf(
  fn: HostFunction,
  host: Pick<HostServices, 'log' | 'settings' | 'serviceBus'>,
): Map<string, OutputWriter> {
  const writers = new Map<string, OutputWriter>();
  for (const [key, binding] of Object.entries(fn.metadata.bindings)) {
    const type = binding.type.toLowerCase();
    if (binding.direction !== 'out' || type === 'http') continue;
    const output = outputBindings[type];
    if (!output) throw new HostStartError(`not supported: ${binding.type} output (function ${fn.name})`);
    writers.set(key, output(fn, binding, host));
  }
  return writers;
}
