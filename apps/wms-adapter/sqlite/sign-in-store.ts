import type { DatabaseSync } from 'node:sqlite';
import { ATTEMPT_KEPT_MS, heldUpUntil } from '../sign-in/attempt-limits.ts';
import type { SignIns } from '../sign-in/sign-ins.ts';
import { USER_COLUMNS, type UserRow, userOf } from './device-store.ts';
import { rowOf, rowsOf } from './rows.ts';
import { inTransaction } from './transaction.ts';

interface AttemptRow {
  badge_hash: string;
  scanner_id: string | null;
  attempted_at: string;
}

/** Who has which badge, and attempts to sign in. */
export function createSignInStore(connection: DatabaseSync): SignIns {
  const prepare = (text: string) => connection.prepare(text);
  const sql = {
    holder: prepare(`SELECT ${USER_COLUMNS}, pin_hash FROM app_user WHERE badge = ?`),
    forgetOld: prepare('DELETE FROM sign_in_attempt WHERE attempted_at <= ?'),
    earlier: prepare(`SELECT badge_hash, scanner_id, attempted_at FROM sign_in_attempt
      WHERE badge_hash = ? OR scanner_id = ?`),
    add: prepare(`INSERT INTO sign_in_attempt (attempt_id, badge_hash, scanner_id, attempted_at)
      VALUES (?, ?, ?, ?)`),
    takeBack: prepare('DELETE FROM sign_in_attempt WHERE attempt_id = ?'),
    forget: prepare('DELETE FROM sign_in_attempt WHERE badge_hash = ?'),
  };

  return {
    async userOfBadge(badge) {
      const row = rowOf<UserRow & { pin_hash: string | null }>(sql.holder, badge);
      return row && { user: userOf(row), pinHash: row.pin_hash ?? undefined };
    },

    beginSignIn: async ({ attemptId, badgeHash, scannerId, at }) =>
      inTransaction(connection, () => {
        sql.forgetOld.run(new Date(at.getTime() - ATTEMPT_KEPT_MS).toISOString());
        const rows = rowsOf<AttemptRow>(sql.earlier, badgeHash, scannerId ?? null);
        const earlier = rows.map((row) => ({
          at: Date.parse(row.attempted_at),
          isOfBadge: row.badge_hash === badgeHash,
          isOfDevice: row.scanner_id !== null && row.scanner_id === scannerId,
        }));
        const until = heldUpUntil(earlier, at);
        if (until === undefined) sql.add.run(attemptId, badgeHash, scannerId ?? null, at.toISOString());
        return until;
      }),

    async takeBackSignIn(attemptId) {
      inTransaction(connection, () => sql.takeBack.run(attemptId));
    },

    async forgetSignIns(badgeHash) {
      inTransaction(connection, () => sql.forget.run(badgeHash));
    },
  };
}
