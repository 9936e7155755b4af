import type { Sql } from '../../apps/scanner/store/sql.ts';

/** The process of a device is gone: thrown from where it was, and by whatever it still tries. */
export class DeviceKilled extends Error {
  override readonly name = 'DeviceKilled';
}

/** A database whose process can be killed between any two statements, also within a transaction. */
export type KillableSql = Sql & {
  /** Kills it before the statement after so many others. 0: before the next one. */
  killAfter(statements: number): void;
  kill(): void;
};

/** @param onKilled called once, before anything is thrown; nothing is written afterwards */
export function killableSql(sql: Sql, onKilled: () => void): KillableSql {
  let left = Number.POSITIVE_INFINITY;
  let isKilled = false;

  function kill(): void {
    if (isKilled) return;
    isKilled = true;
    onKilled();
  }

  /** What is done between two statements. */
  function step(): void {
    if (!isKilled && left > 0) {
      left -= 1;
      return;
    }
    kill();
    throw new DeviceKilled('The device was killed');
  }

  return {
    kill,
    killAfter: (statements) => {
      left = statements;
    },
    script(text) {
      step();
      sql.script(text);
    },
    run(text, ...values) {
      step();
      return sql.run(text, ...values);
    },
    all(text, ...values) {
      step();
      return sql.all(text, ...values);
    },
    transaction(work) {
      step();
      const result = sql.transaction(() => {
        const done = work();
        // Before the commit, and below after it, when nobody was told yet.
        step();
        return done;
      });
      step();
      return result;
    },
    close: () => sql.close(),
  };
}
