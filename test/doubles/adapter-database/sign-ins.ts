import { ATTEMPT_KEPT_MS, heldUpUntil } from '../../../apps/wms-adapter/sign-in/attempt-limits.ts';
import type { SignInAttempt, SignIns } from '../../../apps/wms-adapter/sign-in/sign-ins.ts';
import { sealed } from '../sealed.ts';
import { userOf } from './devices.ts';
import type { Tables } from './memory.ts';

export type SignInTables = {
  /** Those that were not right, or are not decided yet, of the last day, by their ids. */
  readonly attempts: Map<string, KeptAttempt>;
};

/** `at`: milliseconds since 1970. */
type KeptAttempt = Pick<SignInAttempt, 'badgeHash' | 'scannerId'> & { readonly at: number };

export function noSignIns(): SignInTables {
  return { attempts: new Map() };
}

/** Who has which badge, and attempts to sign in. `tablesOf` throws when the database is closed. */
export function signIns(tablesOf: () => Tables): SignIns {
  return {
    async userOfBadge(badge) {
      const kept = tablesOf()
        .users.values()
        .find((user) => user.badge === badge);
      return kept && { user: userOf(kept), pinHash: kept.pinHash };
    },
    beginSignIn: async (attempt) => begin(tablesOf(), attempt),
    async takeBackSignIn(attemptId) {
      tablesOf().attempts.delete(attemptId);
    },
    async forgetSignIns(badgeHash) {
      const { attempts } = tablesOf();
      for (const [id, attempt] of attempts) if (attempt.badgeHash === badgeHash) attempts.delete(id);
    },
  };
}

function begin({ attempts }: Tables, attempt: SignInAttempt): Date | undefined {
  const { attemptId, badgeHash, scannerId, at } = attempt;
  for (const [id, earlier] of attempts) {
    if (earlier.at <= at.getTime() - ATTEMPT_KEPT_MS) attempts.delete(id);
  }
  const earlier = [...attempts.values()].map((one) => ({
    at: one.at,
    isOfBadge: one.badgeHash === badgeHash,
    isOfDevice: one.scannerId !== undefined && one.scannerId === scannerId,
  }));
  const until = heldUpUntil(earlier, at);
  if (until === undefined) attempts.set(attemptId, sealed({ badgeHash, scannerId, at: at.getTime() }));
  return until;
}
