const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 5 * 60_000;

/** `random()` in [0, 1). */
type Chance = { random(): number };

/** A store that failed; `retryAfterMs` is what it asked for, in milliseconds. */
type Failure = { readonly status: 'throttled' | 'unavailable'; readonly retryAfterMs?: number };

/** Milliseconds until a message that could not be written comes back: 1 s doubling to 5 minutes, spread over its upper half. */
export function retryDelay(attempt: number, chance: Chance): number {
  return spread(Math.min(FIRST_RETRY_MS * 2 ** Math.min(attempt, 20), LONGEST_RETRY_MS), chance);
}

/** Milliseconds before a batch folds again after losing a race: next to nothing, but not in step with the others. */
export function conflictDelay(tries: number, chance: Chance): number {
  return spread(Math.min(5 * 2 ** Math.min(tries, 10), 250), chance);
}

/** Milliseconds before a batch asks again a store that failed: what it asked for, or 10 ms (100 if away) doubling to 1 s (2 s). */
export function failureDelay(failures: readonly Failure[], tries: number, chance: Chance): number {
  const asked = Math.max(...failures.map(({ retryAfterMs }) => retryAfterMs ?? 0));
  const away = failures.some(({ status }) => status === 'unavailable');
  const own = Math.min((away ? 100 : 10) * 2 ** Math.min(tries, 10), away ? 2_000 : 1_000);
  return Math.max(asked, spread(own, chance));
}

function spread(ms: number, chance: Chance): number {
  return Math.round(ms * (0.5 + chance.random() / 2));
}

const FIRST_ASK_AGAIN_MS = 30_000;
const LAST_ASK_AGAIN_MS = 300_000;

/**
 * How long a warehouse's answer is waited for before it is asked again: half a minute, then twice as long each time, at
 * most five minutes. A request lives an hour on the bus (`infra/service-bus/topology.json`), so one always lies there.
 *
 * @param attempt how often it was asked again already
 */
export function askAgainMs(attempt: number): number {
  return Math.min(FIRST_ASK_AGAIN_MS * 2 ** attempt, LAST_ASK_AGAIN_MS);
}
