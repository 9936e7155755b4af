import type { Health } from '../contracts/health.ts';
import type { Runtime } from '../ports/runtime.ts';
import { oneAtATime, standingAnswer } from '../ports/standing-answer.ts';

export type HealthCheck = () => Promise<Health>;

/** Resolves when a part answers, rejects when it does not. */
type Probe = () => Promise<unknown>;

/** A part that has not answered by then does not answer. Milliseconds. */
const PROBE_TIMEOUT_MS = 2_000;

/** An answer stands for so long. Milliseconds. */
const ANSWER_STANDS_MS = 1_000;

/**
 * Asks every part at once; never rejects. Anybody may ask without a key, so many callers cost as much as one: an answer
 * stands for a second, and a part is not asked again before it has answered, however long that takes.
 */
export function createHealthCheck(
  probes: Readonly<Record<string, Probe>>,
  runtime: Pick<Runtime, 'now' | 'within'>,
): HealthCheck {
  const parts = Object.entries(probes).map(([part, probe]) => [part, oneAtATime(probe)] as const);
  return standingAnswer(
    () => askAll(parts, runtime),
    () => ANSWER_STANDS_MS,
    runtime.now,
  );
}

async function askAll(
  parts: readonly (readonly [string, Probe])[],
  runtime: Pick<Runtime, 'within'>,
): Promise<Health> {
  const answers = await Promise.all(
    parts.map(
      async ([part, probe]) =>
        [part, (await answersInTime(probe, runtime)) ? 'ready' : 'does-not-answer'] as const,
    ),
  );
  const missing = answers.filter(([, status]) => status !== 'ready').map(([part]) => part);
  return {
    status: missing.length === 0 ? 'ready' : 'not-ready',
    parts: Object.fromEntries(answers),
    missing,
  };
}

async function answersInTime(probe: Probe, { within }: Pick<Runtime, 'within'>): Promise<boolean> {
  const answered = probe().then(
    () => true,
    () => false,
  );
  return (await within(answered, PROBE_TIMEOUT_MS)) === true;
}
