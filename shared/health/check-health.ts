import type { Health } from '../contracts/health.ts';
import type { Runtime } from '../ports/runtime.ts';

/** Resolves when a part answers, rejects when it does not. */
export type Probe = () => Promise<unknown>;

/** A part that has not answered by then does not answer. Milliseconds. */
const PROBE_TIMEOUT_MS = 2_000;

/** Asks every part at once. Never rejects. */
export async function checkHealth(
  probes: Readonly<Record<string, Probe>>,
  runtime: Pick<Runtime, 'sleep'>,
): Promise<Health> {
  const answers = await Promise.all(
    Object.entries(probes).map(
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

async function answersInTime(probe: Probe, { sleep }: Pick<Runtime, 'sleep'>): Promise<boolean> {
  const answered = probe().then(
    () => true,
    () => false,
  );
  return Promise.race([answered, sleep(PROBE_TIMEOUT_MS).then(() => false)]);
}
