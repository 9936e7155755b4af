import type { TriggerListenerFactory } from '../trigger-listener.ts';

/** Orchestrations and activities are started by the engine, which the host starts and stops; there is nothing to listen to. */
export const durableTriggerListener: TriggerListenerFactory = () => ({ start() {}, stop() {} });
