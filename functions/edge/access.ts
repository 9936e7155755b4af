import type { HttpRequest } from '@azure/functions';
import { mayDo, type Person, type Role } from '../../shared/contracts/access.ts';
import { Problem } from './problem.ts';
import type { SignIn } from './sign-in.ts';

/** The person who calls, when they may: the one decision on what people may do. @throws {Problem} 401 or 403 */
export function admit(signIn: SignIn, request: HttpRequest, least: Role): Person {
  const person = signIn.personOf(request);
  if (!person) {
    throw new Problem({ status: 401, title: 'Sign in first', detail: HOW_TO_SIGN_IN[signIn.kind] });
  }
  if (mayDo(person.role, least)) return person;
  const has = person.role ? `is ${person.role}` : 'has no role';
  throw new Problem({
    status: 403,
    title: 'Not allowed',
    detail: `${person.name} ${has}; this needs the role ${least}.`,
  });
}

const HOW_TO_SIGN_IN = {
  entra: 'Nobody has signed in with Entra ID.',
  development: 'Send authorization: Development and base64url of {"name","role"}, as the console does.',
  none: 'Nobody can sign in here: switch App Service authentication on, or set STOCKBRIDGE_ENV=development on a laptop.',
} as const;

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
const OUR_OWN = new Set(['same-origin', 'none']);

/**
 * Refuses what the page of another site has a browser do, which sends along the sign-in of whoever looks at it. Browsers
 * say where a call comes from (Fetch Metadata, `Sec-Fetch-Site`; older ones by `Origin`); programs send neither.
 *
 * @throws {Problem} 403
 */
export function refuseOtherSites({ method, headers, url }: HttpRequest): void {
  if (SAFE.has(method.toUpperCase())) return;
  const from = headers.get('sec-fetch-site');
  const origin = headers.get('origin');
  if (from !== null ? OUR_OWN.has(from) : origin === null || origin === new URL(url).origin) return;
  const detail = `The call comes from the page of another site (${origin ?? from}).`;
  throw new Problem({ status: 403, title: 'Not allowed from there', detail });
}
