/** Something that must never be. `entities`: ids of what it happened to, for the timeline. */
export class Violation extends Error {
  override readonly name = 'Violation';
  readonly invariant: string;
  readonly entities: readonly string[];

  constructor(invariant: string, detail: string, entities: readonly string[]) {
    super(`${invariant}: ${detail}`);
    this.invariant = invariant;
    this.entities = entities;
  }
}
