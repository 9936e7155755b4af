import type { Clock } from '../../clock.ts';

/** Node's timers overflow beyond this many milliseconds. */
const LONGEST_DELAY = 2_147_483_647;

/** One timer for many due times: it is always set to the earliest one. */
export class Deadline {
  readonly #clock: Clock;
  readonly #onDue: () => void;
  #cancel = () => {};
  #dueAt = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, onDue: () => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** Makes sure that the timer fires at `dueAt` (UTC milliseconds) or earlier. */
  atLatest(dueAt: number): void {
    if (dueAt < this.#dueAt) this.set(dueAt);
  }

  /** Sets the timer to `dueAt`; `undefined` stops it. */
  set(dueAt: number | undefined): void {
    this.#cancel();
    this.#dueAt = dueAt ?? Number.POSITIVE_INFINITY;
    if (dueAt === undefined) return;
    const delay = Math.min(Math.max(0, dueAt - this.#clock.now()), LONGEST_DELAY);
    this.#cancel = this.#clock.schedule(() => this.#fire(), delay);
  }

  #fire(): void {
    const dueAt = this.#dueAt;
    if (this.#clock.now() < dueAt) {
      this.set(dueAt);
      return;
    }
    this.#dueAt = Number.POSITIVE_INFINITY;
    this.#onDue();
  }
}
