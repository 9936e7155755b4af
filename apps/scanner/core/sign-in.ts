import { SIGN_IN_REFUSED } from '../../../shared/contracts/sign-in.ts';
import type { AdapterClient, Answer, ServerSignIn } from './adapter-client.ts';
import type { RememberedSignIn, SignInStore } from './device-store.ts';
import { type DerivePin, newSalt, PIN_ITERATIONS } from './pin-verifier.ts';
import type { SignedIn, SignInAnswer } from './scanner-device.ts';
import type { TrustedTime } from './trusted-time.ts';

/** Wrong PINs in a row after which a person has to wait, and for how many milliseconds. */
const MOST_WRONG = 5;
const LOCKED_MS = 5 * 60_000;

/** Milliseconds for which the server is waited for where the person could also sign in offline. */
const PATIENCE_MS = 5_000;

/** Later than everything: the last instant that sorts as text. */
const LATEST = Date.UTC(9999, 11, 31);

export type SignInParts = {
  readonly store: SignInStore;
  readonly client: Pick<AdapterClient, 'signIn'>;
  readonly time: TrustedTime;
  readonly derive: DerivePin;
  /** Answers what `work` does, or undefined after so many milliseconds. */
  readonly within: <Result>(work: Promise<Result>, ms: number) => Promise<Result | undefined>;
};

/**
 * Signs a person in: by the server, or, where it does not answer, by what an earlier sign-in of the last hours left behind. With
 * the server's answer time may go back, to a wall clock that was put right; what it would make last longer is forgotten then.
 */
export async function signIn(parts: SignInParts, badge: string, pin: string): Promise<SignInAnswer> {
  const { store, client, time, within } = parts;
  store.forgetSignIns(iso(time.now() - LOCKED_MS));
  const isRemembered = store.remembered(badge) !== undefined;
  const asked = client.signIn(badge, pin);
  const answer = isRemembered ? await within(asked, PATIENCE_MS) : await asked;
  const online = await signInOnline(parts, badge, pin, answer);
  if (online !== undefined) return online;
  const offline = await signInOffline(parts, badge, pin);
  const hasAnswered = answer?.kind === 'refused' || answer?.kind === 'failing';
  return offline.kind === 'unknown-offline' && hasAnswered ? { ...offline, trouble: answer } : offline;
}

/** Undefined where the server does not say. */
async function signInOnline(
  parts: SignInParts,
  badge: string,
  pin: string,
  answer: Answer<ServerSignIn> | undefined,
): Promise<SignInAnswer | undefined> {
  const { store, time, derive } = parts;
  if (answer?.kind === 'answered') {
    const { validForMs, ...server } = answer.body;
    // Forgotten before the earlier time is written down: whatever ends the app between, nothing lasts longer.
    if (time.isAhead()) store.forgetSignIns(iso(LATEST));
    time.restart();
    const user = { ...server, validUntil: iso(time.now() + validForMs) };
    const salt = newSalt();
    const verifier = await derive(pin, salt, PIN_ITERATIONS);
    store.remember({ badge, user, salt, iterations: PIN_ITERATIONS, verifier, wrong: 0 });
    return begin(store, { ...user, isOffline: false });
  }
  if (answer?.kind === 'refused' && isAboutPin(answer.problem)) {
    if (answer.problem.type === SIGN_IN_REFUSED) await forgetIfKnown(parts, badge, pin);
    return { kind: 'wrong' };
  }
  if (answer?.kind === 'failing' && answer.status === 429)
    return { kind: 'locked', until: iso(time.now() + (answer.retryAfterMs ?? LOCKED_MS)) };
  return undefined;
}

/** The server refuses the PIN that was right before: the person has left, or has another one now. */
async function forgetIfKnown({ store, derive }: SignInParts, badge: string, pin: string): Promise<void> {
  const known = store.remembered(badge);
  if (known === undefined || (await derive(pin, known.salt, known.iterations)) !== known.verifier) return;
  store.remember({ ...known, user: { ...known.user, validUntil: iso(0) } });
}

/** A badge or PIN that cannot be one is a 400; a key of the device that is not taken, a 401 of another type. */
function isAboutPin({ type, status }: { readonly type: string; readonly status: number }): boolean {
  return type === SIGN_IN_REFUSED || status === 400;
}

async function signInOffline(
  { store, time, derive }: SignInParts,
  badge: string,
  pin: string,
): Promise<SignInAnswer> {
  const known = store.remembered(badge);
  const { now } = time;
  if (known === undefined || Date.parse(known.user.validUntil) <= now()) return { kind: 'unknown-offline' };
  if (isLocked(known, now())) return { kind: 'locked', until: known.lockedUntil };
  const { lockedUntil: _, ...free } = known;
  // Counted before it is checked: who ends the app meanwhile gets no more tries by that.
  const tried = { ...free, wrong: known.wrong + 1 };
  store.remember(
    tried.wrong < MOST_WRONG ? tried : { ...tried, wrong: 0, lockedUntil: iso(now() + LOCKED_MS) },
  );
  if ((await derive(pin, known.salt, known.iterations)) !== known.verifier)
    return wrongOrLocked(store, badge);
  store.remember({ ...free, wrong: 0 });
  return begin(store, { ...known.user, isOffline: true });
}

function wrongOrLocked(store: SignInStore, badge: string): SignInAnswer {
  const until = store.remembered(badge)?.lockedUntil;
  return until === undefined ? { kind: 'wrong' } : { kind: 'locked', until };
}

function isLocked(
  signIn: RememberedSignIn,
  now: number,
): signIn is RememberedSignIn & { lockedUntil: string } {
  if (signIn.lockedUntil === undefined) return false;
  const left = Date.parse(signIn.lockedUntil) - now;
  // More is left only where the clock was set back.
  return left > 0 && left <= LOCKED_MS;
}

function begin(store: SignInStore, user: SignedIn): SignInAnswer {
  store.putSession(user);
  return { kind: 'signed-in', user };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
