import { OverloadedError } from '../booking/group-commit.ts';

/** Does work, or rejects with `OverloadedError` at once. */
export type TakeTurn = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** Lets `most` pieces of work run at the same time and `waiting` others wait for them; what comes beyond is refused. */
export function fewAtATime(most: number, waiting: number): TakeTurn {
  let running = 0;
  const queue: (() => void)[] = [];
  return async (work) => {
    if (running < most) running += 1;
    else if (queue.length >= waiting) throw new OverloadedError('too many sign in at the same time');
    // Who ends hands the turn on, so that nobody gets in between.
    else await new Promise<void>((resolve) => queue.push(resolve));
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
