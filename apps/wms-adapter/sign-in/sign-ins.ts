import type { User } from '../../../shared/contracts/device.ts';

/** What the database keeps of people who sign in. Badges are kept with the users (`DeviceRegistry.putUser`). */
export interface SignIns {
  /** Whose badge it is, with what is kept of the PIN. */
  userOfBadge(badge: string): Promise<BadgeHolder | undefined>;
  /**
   * Notes an attempt, unless those before it hold it up (`heldUpUntil`): answers until when. Noted before it is known whether it
   * is right, and one after the other, so that those that come at the same time, to whatever process, are counted too. Those that
   * are of no importance any more are forgotten.
   */
  beginSignIn(attempt: SignInAttempt): Promise<Date | undefined>;
  /** The attempt was right, and counts no more. */
  takeBackSignIn(attemptId: string): Promise<void>;
  /** Forgets the attempts with a badge. */
  forgetSignIns(badgeHash: string): Promise<void>;
}

export interface BadgeHolder {
  readonly user: User;
  /** As `hashOfPin` makes it; undefined where the user has no PIN. */
  readonly pinHash: string | undefined;
}

export interface SignInAttempt {
  readonly attemptId: string;
  /** As `hashOfBadge` makes it. */
  readonly badgeHash: string;
  /** The device that asks; undefined where it is none. */
  readonly scannerId: string | undefined;
  readonly at: Date;
}
