import { setTimeout as sleep } from 'node:timers/promises';
import type { Checked, Checking } from './checks/finding.ts';

/** Something that is waited for, or compared, once the faults are over. */
export type Stage = {
  /** Such as `reading the journal`. */
  readonly name: string;
  /** Milliseconds; {@link STAGE_WITHIN} when not given. */
  readonly within?: number;
  readonly check: (checking: Checking) => Promise<Checked>;
};

/** Nothing takes longer on a machine that does what it is asked. Milliseconds. */
export const STAGE_WITHIN = 10 * 60_000;

/**
 * One stage after the other. One that does not end in its time, or cannot be carried out, is a finding that says how far it was, and the
 * next one is taken up: what it finds may tell why.
 *
 * @param tell what is being done, how far it is, for how long
 */
export async function settle(
  stages: readonly Stage[],
  tell: (state: () => string) => void,
): Promise<Checked[]> {
  const checked: Checked[] = [];
  for (const stage of stages) checked.push(await play(stage, tell));
  return checked;
}

async function play(
  { name, within = STAGE_WITHIN, check }: Stage,
  tell: (state: () => string) => void,
): Promise<Checked> {
  const begun = performance.now();
  const seconds = () => Math.round((performance.now() - begun) / 1_000);
  let state = '';
  const howFar = () => (state === '' ? '' : `: ${state}`);
  tell(() => `${name}, ${seconds()} of at most ${within / 1_000} s${howFar()}`);
  const over = new AbortController();
  const ended = new AbortController();
  const late = sleep(within, 'late' as const, { signal: ended.signal });
  // Told when the stage is over first.
  late.catch(() => undefined);
  const checking: Checking = {
    signal: over.signal,
    tell: (next) => {
      state = next;
    },
  };
  try {
    const outcome = await Promise.race([check(checking), late]);
    return outcome === 'late'
      ? failure(`${name} had not ended after ${within / 1_000} s${howFar()}`)
      : outcome;
  } catch (error) {
    return failure(
      `${name} ended with an error${howFar()}: ${error instanceof Error ? error.message : error}`,
    );
  } finally {
    ended.abort();
    over.abort();
  }
}

function failure(text: string): Checked {
  return { findings: [{ kind: 'wrong', count: 1, text }], seen: [] };
}
