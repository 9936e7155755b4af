/** One browser lets one worker at a time own the device: a Web Lock of the origin (https://www.w3.org/TR/web-locks/). */
export type Ownership = {
  /** Fulfilled when another took it away; never rejected. */
  readonly lost: Promise<void>;
  release(): void;
};

/**
 * Waits in line for a lock; `steal` takes it from whoever has it. The browser takes a worker that ends, however it ends, out of the
 * line.
 */
export function own(
  locks: Pick<LockManager, 'request'>,
  name: string,
  how: { readonly steal?: true },
): Promise<Ownership> {
  const held = Promise.withResolvers<void>();
  const lost = Promise.withResolvers<void>();
  return new Promise((granted, failed) => {
    let isOwner = false;
    const hold = () => {
      isOwner = true;
      granted({ lost: lost.promise, release: held.resolve });
      return held.promise;
    };
    locks.request(name, how, hold).catch((error: unknown) => {
      if (isOwner) lost.resolve();
      else failed(error);
    });
  });
}
