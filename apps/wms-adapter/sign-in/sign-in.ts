import { createHash } from 'node:crypto';
import type { User } from '../../../shared/contracts/device.ts';
import type { SignInAnswer, SignInRequest } from '../../../shared/contracts/sign-in.ts';
import type { Caller } from '../devices/caller.ts';
import { isPin } from './pin.ts';
import type { SignIns } from './sign-ins.ts';

/** So long a device may go by an answer without asking again: a shift, with some hours to spare. */
const VALID_FOR_MS = 12 * 3_600_000;

export interface SignInParts {
  readonly signIns: Pick<SignIns, 'userOfBadge' | 'beginSignIn' | 'takeBackSignIn'>;
  readonly now: () => Date;
  readonly newId: () => string;
}

export type SignInResult =
  | { readonly kind: 'signed-in'; readonly answer: SignInAnswer }
  /** One answer for every reason, so that nobody finds out which badges there are. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'held-up'; readonly until: Date };

/**
 * Lets a person in whose badge and PIN are right, who is active and works in a warehouse of the device. A refusal takes as long
 * whatever its reason: the PIN is compared in any case, for an unknown badge with nobody's.
 */
export async function signIn(
  { signIns, now, newId }: SignInParts,
  { badge, pin }: SignInRequest,
  caller: Caller,
): Promise<SignInResult> {
  const attemptId = newId();
  const scannerId = caller.kind === 'device' ? caller.device.scannerId : undefined;
  const attempt = { attemptId, badgeHash: hashOfBadge(badge), scannerId, at: now() };
  const until = await signIns.beginSignIn(attempt);
  if (until !== undefined) return { kind: 'held-up', until };

  const holder = await signIns.userOfBadge(badge);
  const isRight = await isPin(pin, holder?.pinHash);
  const warehouseIds = holder === undefined ? [] : warehousesOf(holder.user, caller);
  if (!isRight || !holder?.user.isActive || warehouseIds.length === 0) return { kind: 'refused' };
  await signIns.takeBackSignIn(attemptId);
  const { userId, name = userId, role } = holder.user;
  return { kind: 'signed-in', answer: { userId, name, role, warehouseIds, validForMs: VALID_FOR_MS } };
}

/** By which the attempts with a badge are counted. A hash, since what is scanned for a badge may be anything, a PIN too. */
export function hashOfBadge(badge: string): string {
  return createHash('sha256').update(badge).digest('hex');
}

/** Where the user may work, on that device. */
function warehousesOf({ warehouseIds }: User, caller: Caller): string[] {
  if (caller.kind !== 'device') return warehouseIds;
  return warehouseIds.filter((warehouseId) => caller.device.warehouseIds.includes(warehouseId));
}
