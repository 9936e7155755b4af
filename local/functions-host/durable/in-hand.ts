/** Counts what is under way, so that a stop can wait for its end. */
export function createInHand() {
  let count = 0;
  let onIdle = () => {};

  return {
    count: () => count,
    begin(): void {
      count += 1;
    },
    end(): void {
      count -= 1;
      if (count === 0) onIdle();
    },
    /** Resolves when nothing is under way, and the turn that ended the last is over; to be called once. */
    async idle(): Promise<void> {
      if (count === 0) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      onIdle = resolve;
      await promise;
    },
  };
}
