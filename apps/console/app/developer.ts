import type { Person } from '../../../shared/contracts/access.ts';

const KEPT = 'stockbridge-console.developer';

/** Whom a developer says they are, in this tab. The sign-in of Entra ID is a cookie, which no script reads. */
export const developer = {
  keep: (person: Person) => sessionStorage.setItem(KEPT, JSON.stringify(person)),
  forget: () => sessionStorage.removeItem(KEPT),
} as const;

/** The header that says who calls, where that is for the page to say. */
export function authorization(): Record<string, string> {
  const kept = sessionStorage.getItem(KEPT);
  return kept ? { authorization: `Development ${base64Url(kept)}` } : {};
}

function base64Url(text: string): string {
  const bytes = String.fromCharCode(...new TextEncoder().encode(text));
  return btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
