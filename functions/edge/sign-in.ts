import type { HttpRequest } from '@azure/functions';
import { z } from 'zod';
import {
  type Person,
  personSchema,
  ROLES,
  type Role,
  type SignInAnswer,
} from '../../shared/contracts/access.ts';
import { type Environment, SettingError } from '../../shared/settings.ts';

/** How people sign in, and who has. */
export type SignIn = SignInAnswer & { readonly personOf: (request: HttpRequest) => Person | undefined };

/**
 * Set by App Service's own sign-in ("Easy Auth"), which drops them from what a caller sends. Where that is not in front
 * anybody can send them.
 */
const NAME_HEADER = 'x-ms-client-principal-name';
const PRINCIPAL_HEADER = 'x-ms-client-principal';
/** Set by App Service where its sign-in is on ("Environment variables and app settings", authentication); `True` then. */
const EASY_AUTH = 'WEBSITE_AUTH_ENABLED';
/**
 * One of them is set where Azure runs the app: App Service, Flex Consumption, Container Apps. Core Tools set none (host:
 * EnvironmentSettingNames).
 */
const ON_AZURE = ['WEBSITE_SITE_NAME', 'WEBSITE_INSTANCE_ID', 'LEGION_SERVICE_HOST', 'CONTAINER_APP_NAME'];
/** What a developer's console sends: `Development` and base64url of the JSON of a person. */
const DEVELOPMENT_SCHEME = /^Development ([\w-]{1,1024})$/;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);
const MAX_NAME = 256;

/**
 * - Behind App Service's sign-in people are who Entra ID says they are, with the app roles it gives them.
 * - With `STOCKBRIDGE_ENV=development` they are who they say they are, where they call the app by a name of loopback. That cannot be
 *   switched on in Azure.
 * - Otherwise nobody signs in, and the routes for people refuse everybody.
 *
 * @throws {SettingError} when a developer's sign-in is asked for where the app runs for others
 */
export function readSignIn(environment: Environment): SignIn {
  const isEasyAuth = environment[EASY_AUTH]?.toLowerCase() === 'true';
  const isDevelopment = environment.STOCKBRIDGE_ENV === 'development';
  const azure = ON_AZURE.find((name) => environment[name]);
  if (isDevelopment && (isEasyAuth || azure)) {
    throw new SettingError(
      `STOCKBRIDGE_ENV is "development" on Azure (${azure ?? EASY_AUTH} is set): remove it, anybody could sign in as anyone.`,
    );
  }
  if (isEasyAuth) return { kind: 'entra', personOf: signedInWithEntra };
  if (isDevelopment) return { kind: 'development', personOf: developer };
  return { kind: 'none', personOf: () => undefined };
}

function signedInWithEntra({ headers }: HttpRequest): Person | undefined {
  const name = headers.get(NAME_HEADER)?.trim().slice(0, MAX_NAME);
  if (!name) return undefined;
  const role = highestOf(claimedRoles(headers.get(PRINCIPAL_HEADER)));
  return { name, ...(role && { role }) };
}

/** "Work with user identities in App Service authentication": base64 of JSON; a role is a claim of the type that `role_typ` names. */
const principalSchema = z.object({
  /** Roles of another provider beside Entra ID are not ours. */
  auth_typ: z.literal('aad'),
  role_typ: z.string().optional(),
  claims: z.array(z.object({ typ: z.string(), val: z.string() })),
});

function claimedRoles(header: string | null): string[] {
  const principal = principalSchema.safeParse(decoded(header ?? '', 'base64'));
  if (!principal.success) return [];
  const { role_typ = 'roles', claims } = principal.data;
  return claims.filter(({ typ }) => typ === role_typ || typ === 'roles').map(({ val }) => val);
}

function highestOf(names: readonly string[]): Role | undefined {
  return ROLES.findLast((role) => names.includes(role));
}

/** By a name of loopback: another site's page may have its own name point here (DNS rebinding). Who may connect is the host's to decide. */
function developer(request: HttpRequest): Person | undefined {
  if (!LOOPBACK.has(new URL(request.url).hostname)) return undefined;
  const [, token = ''] = DEVELOPMENT_SCHEME.exec(request.headers.get('authorization') ?? '') ?? [];
  return personSchema.safeParse(decoded(token, 'base64url')).data;
}

function decoded(text: string, encoding: 'base64' | 'base64url'): unknown {
  try {
    return JSON.parse(Buffer.from(text, encoding).toString('utf8'));
  } catch {
    return undefined;
  }
}
