import type { Api, Cloud } from './cloud/cloud.ts';
import type { Faults } from './faults.ts';
import type { Process } from './process.ts';
import type { Tally } from './tally.ts';
import type { World } from './world.ts';

/** Calls the cloud's API over a network that loses calls and answers. */
export type Caller = {
  /** Asks until it is answered, and answers that. */
  ask<Answer>(call: (api: Api) => Promise<Answer>): Promise<Answer>;
  /** Asks once, and leaves it at that. Undefined when no answer came: what was begun then has to end by itself. */
  askOnce<Answer>(call: (api: Api) => Promise<Answer>): Promise<Answer | undefined>;
  /** Calls that were not answered yet. */
  waiting(): number;
};

/** What somebody is made of who orders, plans or buys by that API. */
export type CallerParts = {
  readonly world: World;
  readonly faults: Faults;
  readonly cloud: Cloud;
  readonly tally: Tally;
  /** Between two turns, at most. Milliseconds. */
  readonly turnMs: number;
};

/** A call that was not answered by then is made again. Milliseconds. */
const PATIENCE_MS = 20_000;

export function callerOf(
  { runtime }: Process,
  chance: { between(least: number, most: number): number },
  faults: Faults,
  cloud: Pick<Cloud, 'api'>,
): Caller {
  let waiting = 0;

  /** Undefined when no answer came. */
  async function once<Answer>(call: (api: Api) => Promise<Answer>): Promise<{ answer: Answer } | undefined> {
    const api = cloud.api();
    if (!api || faults.happens('upload-lost')) return undefined;
    const answered = await runtime.within(
      call(api).then(
        (answer) => ({ answer }),
        (error: unknown) => {
          if (error instanceof Error && error.name === 'StoreUnavailable') return undefined;
          throw error;
        },
      ),
      PATIENCE_MS,
    );
    return faults.happens('upload-answer-lost') ? undefined : answered;
  }

  return {
    waiting: () => waiting,
    async askOnce(call) {
      waiting += 1;
      const answered = await once(call);
      waiting -= 1;
      return answered?.answer;
    },
    async ask(call) {
      waiting += 1;
      for (;;) {
        const answered = await once(call);
        if (answered) {
          waiting -= 1;
          return answered.answer;
        }
        await runtime.sleep(chance.between(1_000, 10_000));
      }
    },
  };
}
