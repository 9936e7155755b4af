import type { Cancel } from './sync.ts';

/** Answers what `work` does, or undefined when it takes longer. What it does later is nobody's business, not even a failure. */
export function within<Result>(
  after: (ms: number, callback: () => void) => Cancel,
  work: Promise<Result>,
  ms: number,
): Promise<Result | undefined> {
  return new Promise((resolve, reject) => {
    const cancel = after(ms, () => resolve(undefined));
    work.then(resolve, reject).finally(cancel);
  });
}
