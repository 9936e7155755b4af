import type { OrderLine } from '../../../shared/domain/order-line.ts';
import type { World } from '../world.ts';

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

/** One about an order line. */
export function lineViolation(invariant: string, line: OrderLine, detail: string): Violation {
  return new Violation(invariant, `line ${line.lineId} of ${line.orderId} (${line.itemId}): ${detail}`, [
    line.orderId,
  ]);
}

/** A violation is thrown where it happens, in the middle of the product's code: it ends the run, not that code. */
export function guarded<Told extends unknown[]>(
  world: World,
  check: (...told: Told) => void,
): (...told: Told) => void {
  return (...told) => {
    try {
      check(...told);
    } catch (error) {
      world.fail(error);
    }
  };
}
