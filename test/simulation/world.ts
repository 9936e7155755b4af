import { emptyAgenda, type Step } from './agenda.ts';
import { type Chance, chanceOf } from './chance.ts';

/** The instant at which every run begins, milliseconds UTC. */
export const BEGINNING = Date.UTC(2024, 10, 18, 6);

/** One process, one clock, one seed: everything that happens in a run is a step of it, one after the other. */
export type World = {
  readonly chance: Chance;
  /** Milliseconds UTC. */
  now(): number;
  /** Takes the step after so many milliseconds. Answers how to take it back. */
  schedule(delayMs: number, what: string, work: () => void): () => void;
  /** Work that goes on over several steps; when it fails, the run fails. */
  spawn(work: () => Promise<unknown>): void;
  /** Ends the run with this failure. The first counts. */
  fail(failure: unknown): void;
  /** Tells what happens, and to which ids. It is put into words only where somebody listens. */
  note(words: () => Note): void;
  /** Takes steps until `isOver`, or there are none left. @throws what the run failed with */
  run(isOver: () => boolean): Promise<void>;
  /** Steps taken so far. */
  steps(): number;
  /** A hash of every step so far and its instant: two runs of the same trace did the same. */
  trace(): string;
};

/** Something that happened to what these ids name. */
export type Note = { readonly entities: readonly string[]; readonly text: string };

/** Hears what happens, and when (milliseconds UTC). */
export type Listener = (at: number, note: Note) => void;

export function createWorld(seed: string, listener?: Listener): World {
  const agenda = emptyAgenda();
  const trace = traceHash();
  let now = BEGINNING;
  let steps = 0;
  let order = 0;
  let failure: { readonly cause: unknown } | undefined;

  const world: World = {
    chance: chanceOf(seed),
    now: () => now,
    schedule(delayMs, what, work) {
      order += 1;
      const at = now + Math.max(0, Math.round(delayMs));
      const step: Step = { at, order, what, work, cancelled: false };
      agenda.put(step);
      return () => {
        step.cancelled = true;
      };
    },
    spawn(work) {
      work().catch(world.fail);
    },
    fail(cause) {
      failure ??= { cause };
    },
    note: (words) => listener?.(now, words()),
    run: (isOver) =>
      inTurns(() => {
        if (failure) throw failure.cause;
        const step = isOver() ? undefined : agenda.take();
        if (step === undefined) return false;
        now = step.at;
        steps += 1;
        trace.add(step.what, now);
        step.work();
        return true;
      }),
    steps: () => steps,
    trace: () => trace.text(),
  };
  return world;
}

/** So many turns are asked for at once: a round of the event loop costs more than a step. */
const TURNS_A_ROUND = 64;

/**
 * Takes turns until one answers false. Node calls immediates one after the other and empties the queue of microtasks
 * between two of them, so that a turn begins when every promise that can be fulfilled without a further one has been.
 */
function inTurns(takeTurn: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    let asked = 0;
    let isOver = false;
    const turn = () => {
      asked -= 1;
      if (isOver) return;
      try {
        isOver = !takeTurn();
      } catch (error) {
        isOver = true;
        return reject(error);
      }
      if (isOver) resolve();
      else if (asked === 0) ask();
    };
    const ask = () => {
      for (; asked < TURNS_A_ROUND; asked += 1) setImmediate(turn);
    };
    ask();
  });
}

/** FNV-1a in two lanes of 32 bits: quick, and no secret depends on it. */
function traceHash() {
  let high = 0x811c9dc5;
  let low = 0x01000193;
  const mix = (value: number) => {
    high = Math.imul(high ^ value, 0x01000193);
    low = Math.imul(low ^ (value + 0x9e37), 0x85ebca6b);
    low ^= low >>> 15;
  };
  return {
    add(what: string, at: number): void {
      for (let index = 0; index < what.length; index += 1) mix(what.charCodeAt(index));
      mix(at % 4_294_967_296);
    },
    text: () => (high >>> 0).toString(16).padStart(8, '0') + (low >>> 0).toString(16).padStart(8, '0'),
  };
}
