import { durableTriggerListener } from './durable/listener.ts';
import { httpTriggerListener } from './http/listener.ts';
import type { HostFunction } from './invocation.ts';
import { serviceBusTriggerListener } from './service-bus/listener.ts';
import { HostStartError } from './startup-error.ts';
import { timerTriggerListener } from './timer/listener.ts';
import type { TriggerListenerFactory } from './trigger-listener.ts';

/** Listeners by trigger type in lower case (types compare case-insensitively). A new trigger joins here. */
const triggerListeners: Record<string, TriggerListenerFactory> = {
  httptrigger: httpTriggerListener,
  timertrigger: timerTriggerListener,
  servicebustrigger: serviceBusTriggerListener,
  orchestrationtrigger: durableTriggerListener,
  activitytrigger: durableTriggerListener,
};

/**
 * The listener factory for a function's trigger.
 * @throws HostStartError `not supported: …` for a trigger type this host does not know.
 */
export function listenerFactoryFor(fn: HostFunction): TriggerListenerFactory {
  const factory = triggerListeners[fn.trigger.type.toLowerCase()];
  if (!factory) throw new HostStartError(`not supported: ${fn.trigger.type} (function ${fn.name})`);
  for (const binding of Object.values(fn.metadata.bindings)) {
    if (binding.properties?.supportsDeferredBinding === 'true') {
      throw new HostStartError(`not supported: sdkBinding (function ${fn.name})`);
    }
  }
  return factory;
}
