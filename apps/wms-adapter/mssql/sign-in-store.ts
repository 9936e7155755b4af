import { ATTEMPT_KEPT_MS, heldUpUntil } from '../sign-in/attempt-limits.ts';
import type { SignInAttempt, SignIns } from '../sign-in/sign-ins.ts';
import { TAKE_TURN, USER_COLUMNS, type UserRow, userOf } from './device-store.ts';
import { ascii, time } from './parameters.ts';
import type { Session } from './session.ts';

/** Who has which badge, and attempts to sign in. */
export function createSignInStore(session: Session): SignIns {
  return {
    async userOfBadge(badge) {
      const [row] = await session.rows<UserRow & { readonly pin_hash: string | null }>(
        `SELECT ${USER_COLUMNS}, pin_hash FROM wms.app_user WHERE badge = @badge`,
        { badge: ascii(badge) },
      );
      return row && { user: userOf(row), pinHash: row.pin_hash ?? undefined };
    },

    beginSignIn: (attempt) => begin(session, attempt),

    async takeBackSignIn(attemptId) {
      await session.rows('DELETE FROM wms.sign_in_attempt WHERE attempt_id = @attemptId', {
        attemptId: ascii(attemptId),
      });
    },

    async forgetSignIns(badgeHash) {
      await session.rows('DELETE FROM wms.sign_in_attempt WHERE badge_hash = @badgeHash', {
        badgeHash: ascii(badgeHash),
      });
    },
  };
}

interface AttemptRow {
  readonly badge_hash: string;
  readonly scanner_id: string | null;
  readonly attempted_at: Date;
}

function begin(
  session: Session,
  { attemptId, badgeHash, scannerId, at }: SignInAttempt,
): Promise<Date | undefined> {
  const attempt = {
    attemptId: ascii(attemptId),
    badgeHash: ascii(badgeHash),
    scannerId: ascii(scannerId ?? null),
  };
  return session.inTransaction(async (on) => {
    // Nobody counts before another, who was first, has noted his.
    await on.rows(TAKE_TURN);
    await on.rows('DELETE FROM wms.sign_in_attempt WHERE attempted_at <= @before', {
      before: time(new Date(at.getTime() - ATTEMPT_KEPT_MS)),
    });
    const rows = await on.rows<AttemptRow>(EARLIER, attempt);
    const earlier = rows.map((row) => ({
      at: row.attempted_at.getTime(),
      isOfBadge: row.badge_hash === badgeHash,
      isOfDevice: row.scanner_id !== null && row.scanner_id === scannerId,
    }));
    const until = heldUpUntil(earlier, at);
    if (until === undefined) await on.rows(ADD, { ...attempt, at: time(at) });
    return until;
  });
}

/** Without itself: where the answer to a commit was lost, it is there already. */
const EARLIER = `SELECT badge_hash, scanner_id, attempted_at FROM wms.sign_in_attempt
  WHERE (badge_hash = @badgeHash OR scanner_id = @scannerId) AND attempt_id <> @attemptId`;

const ADD = `INSERT INTO wms.sign_in_attempt (attempt_id, badge_hash, scanner_id, attempted_at)
  SELECT @attemptId, @badgeHash, @scannerId, @at
  WHERE NOT EXISTS (SELECT 1 FROM wms.sign_in_attempt WHERE attempt_id = @attemptId)`;
