import type { FormStore, RememberedSignIn, SignInStore } from '../core/device-store.ts';
import { json } from './rows.ts';
import { putSetting, setting } from './settings-table.ts';
import type { Sql } from './sql.ts';

/** Who is signed in and what they have not saved yet, and who may sign in offline. */
export function signInTables(sql: Sql): SignInStore & FormStore {
  return {
    session: () => setting(sql, 'session'),
    putSession: (user) =>
      sql.transaction(() => {
        putSetting(sql, 'session', user);
        putSetting(sql, 'form', undefined);
      }),
    form: () => setting(sql, 'form'),
    putForm: (form) => sql.transaction(() => putSetting(sql, 'form', form)),
    remembered(badge) {
      const [row] = sql.all('SELECT content FROM sign_in WHERE badge = ?', badge);
      return row && json<RememberedSignIn>(row, 'content');
    },
    remember: (signIn) =>
      sql.transaction(() => {
        sql.run(
          'INSERT OR REPLACE INTO sign_in (badge, valid_until, content) VALUES (?, ?, ?)',
          signIn.badge,
          signIn.user.validUntil,
          JSON.stringify(signIn),
        );
      }),
    latestTime: () => setting(sql, 'latest-time'),
    putLatestTime: (at) => sql.transaction(() => putSetting(sql, 'latest-time', at)),
    forgetSignIns: (validUntilBefore) =>
      sql.transaction(() => {
        sql.run('DELETE FROM sign_in WHERE valid_until < ?', validUntilBefore);
      }),
  };
}
