import type { Clock } from '../../clock.ts';

/** Those who wait for the end of an instance, by its id. */
export function createEndListeners(clock: Clock) {
  const waiting = new Map<string, Set<() => void>>();

  return {
    /** `ended` resolves when the end of the instance is stored, or after `timeoutMs`. */
    listen(instanceId: string, timeoutMs: number): { ended: Promise<void>; stopListening(): void } {
      const listeners = waiting.get(instanceId) ?? new Set();
      waiting.set(instanceId, listeners);
      const { promise: ended, resolve } = Promise.withResolvers<void>();
      const stopListening = () => {
        cancel();
        listeners.delete(stopListening);
        if (listeners.size === 0) waiting.delete(instanceId);
        resolve();
      };
      const cancel = clock.schedule(stopListening, timeoutMs);
      listeners.add(stopListening);
      return { ended, stopListening };
    },
    /** To be called when the end of an instance is stored. */
    ended(instanceId: string): void {
      for (const stopListening of [...(waiting.get(instanceId) ?? [])]) stopListening();
    },
  };
}
