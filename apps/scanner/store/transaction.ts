/** Runs `work` between `BEGIN` and `COMMIT`; after a failure nothing of it is left. `exec` runs a statement. */
export function inTransaction<Result>(exec: (statement: string) => void, work: () => Result): Result {
  exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    exec('COMMIT');
    return result;
  } catch (error) {
    rollBack(exec);
    throw error;
  }
}

/** SQLite ends a transaction by itself after some failures, such as a full disk. */
function rollBack(exec: (statement: string) => void): void {
  try {
    exec('ROLLBACK');
  } catch {
    // There is nothing to take back any more; what went wrong before is what matters.
  }
}
