/** Thrown for writes that the tables of a real database refuse. Nothing is written then. */
export class ConstraintError extends Error {
  override readonly name = 'ConstraintError';
}

/** @throws {ConstraintError} unless it holds */
export function check(holds: boolean, what: () => string): void {
  if (!holds) throw new ConstraintError(what());
}
