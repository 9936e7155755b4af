import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type Played, playRun, type Run } from './play-run.ts';

/** Told of every run that is over; whatever begins then waits for the answer: whether to go on. */
export type OnPlayed = (played: Played) => boolean;

type Player = { readonly play: (run: Run) => Promise<Played>; readonly end: () => Promise<unknown> };

/**
 * Plays these runs, so many at a time: each in a thread of its own, a single one in this. They are told of as they end, which is
 * not the order in which they begin; what each does is the same in any order.
 */
export async function playRuns(runs: Iterable<Run>, jobs: number, onPlayed: OnPlayed): Promise<void> {
  const left = Iterator.from(runs);
  let goesOn = true;
  const players = jobs === 1 ? [playerHere()] : Array.from({ length: jobs }, playerInThread);
  const playOn = async ({ play }: Player) => {
    for (const run of left) {
      const played = await play(run);
      goesOn = goesOn && onPlayed(played);
      if (!goesOn) return;
    }
  };
  try {
    await Promise.all(players.map(playOn));
  } finally {
    await Promise.all(players.map(({ end }) => end()));
  }
}

function playerHere(): Player {
  return { play: playRun, end: async () => {} };
}

function playerInThread(): Player {
  const worker = new Worker(new URL('./play-worker.ts', import.meta.url));
  return {
    play: async (run) => {
      worker.postMessage(run);
      const ended = new AbortController();
      const { signal } = ended;
      // A thread that ends says nothing more; one that runs out of memory rejects.
      const gone = once(worker, 'exit', { signal }).then(() => {
        throw new Error('its thread ended');
      });
      try {
        const [played] = await Promise.race([once(worker, 'message', { signal }), gone]);
        return played;
      } catch (error) {
        throw new Error(`Seed ${run.seed} could not be played to its end`, { cause: error });
      } finally {
        gone.catch(() => {});
        ended.abort();
      }
    },
    end: () => worker.terminate(),
  };
}
