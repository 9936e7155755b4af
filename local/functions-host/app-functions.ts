import type { AppRegistration, RegisteredFunction } from './app/core-module.ts';
import type { HostFunction } from './invocation.ts';
import { HostStartError } from './startup-error.ts';

/** The registered functions in order of registration, each with its trigger. @throws HostStartError when one has none. */
export function functionsOf(app: AppRegistration): HostFunction[] {
  return [...app.functions.values()].map(withTrigger);
}

function withTrigger(registered: RegisteredFunction): HostFunction {
  const { name, bindings } = registered.metadata;
  const found = Object.entries(bindings).find(([, binding]) => /trigger$/i.test(binding.type));
  if (!found) throw new HostStartError(`Function ${name} has no trigger.`);
  const [triggerKey, trigger] = found;
  return { ...registered, name, triggerKey, trigger };
}
