import { effect, signal } from '@preact/signals';
import type { Person, SignInAnswer } from '../../../shared/contracts/access.ts';
import { mayDo, type Role } from '../../../shared/contracts/roles.ts';
import { type ApiError, asApiError, callApi, callOpenApi, refusal } from './api.ts';
import { developer } from './developer.ts';

/** Who looks at the console, as far as it is known. */
export type Session =
  | { readonly kind: 'opening' }
  | { readonly kind: 'failed'; readonly error: ApiError }
  | { readonly kind: 'signed-out'; readonly because?: string }
  /** Signed in, and nobody has given them a role. */
  | { readonly kind: 'not-allowed'; readonly because: string }
  | { readonly kind: 'signed-in'; readonly person: Person };

export const session = signal<Session>({ kind: 'opening' });
/** Who was signed in last, unless they signed out: what they typed is theirs when they sign in again. */
export const holder = signal<Person | undefined>(undefined);
/** How people sign in here; known once somebody is signed in, or out. */
export const way = signal<SignInAnswer['kind'] | undefined>(undefined);

/** Finds out how people sign in, and who has. */
export async function openSession(): Promise<void> {
  session.value = { kind: 'opening' };
  try {
    const { kind } = await callOpenApi<SignInAnswer>('sign-in', new AbortController().signal);
    way.value = kind;
    const person = await callApi<Person>('me');
    // The same one as before stays the same: nothing is drawn anew.
    if (JSON.stringify(person) !== JSON.stringify(holder.peek())) holder.value = person;
    session.value = { kind: 'signed-in', person };
  } catch (caught) {
    const error = asApiError(caught);
    if (error.status === 403) session.value = { kind: 'not-allowed', because: error.message };
    else if (error.status === 401 && way.value) session.value = { kind: 'signed-out' };
    else session.value = { kind: 'failed', error };
  }
}

/** What a developer says of themselves. */
export async function signInAsDeveloper(person: Person): Promise<void> {
  developer.keep(person);
  await openSession();
}

export function signOut(): void {
  if (way.value === 'entra') {
    location.assign(`/.auth/logout?post_logout_redirect_uri=${encodeURIComponent(CONSOLE_BASE)}`);
    return;
  }
  holder.value = undefined;
  developer.forget();
  if (way.value) session.value = { kind: 'signed-out' };
}

effect(() => {
  if (!refusal.value || session.peek().kind !== 'signed-in') return;
  session.value = { kind: 'signed-out', because: refusal.value.because };
});

// Who signed in again in another tab comes back to this one.
document.addEventListener('visibilitychange', () => {
  const isAsked = session.peek().kind === 'signed-out' && way.peek() === 'entra' && holder.peek();
  if (isAsked && !document.hidden) void openSession();
});

/** True when who has signed in may do what `least` may: buttons ask, and the API decides. */
export function maySee(least: Role): boolean {
  return mayDo(holder.value?.role, least);
}
