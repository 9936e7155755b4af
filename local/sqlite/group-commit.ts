import type { DatabaseSync } from 'node:sqlite';
import { pragma } from './database-file.ts';

/** Free pages (4 KiB) from which on the file is shortened, and how many are given back at once. */
const FREE_PAGES_KEPT = 4096;
const PAGES_GIVEN_BACK = 512;
const COMMITS_BETWEEN_CHECKS = 64;

/**
 * One transaction for everything that is written in a turn of the event loop: it is committed when the turn ends, and
 * whoever waits for it is called afterwards. So a burst of a thousand sends costs one flush of the disk.
 */
export class GroupCommit {
  readonly #database: DatabaseSync;
  readonly #beforeCommit: (() => void)[] = [];
  #waiting: (() => void)[] = [];
  #open = false;
  #commits = 0;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** True while something is written that is not yet on the disk. */
  get isOpen(): boolean {
    return this.#open;
  }

  /** Registers work that belongs into every transaction, right before its end. */
  onCommit(work: () => void): void {
    this.#beforeCommit.push(work);
  }

  /** Opens the turn's transaction; to be called before any write. */
  begin(): void {
    if (this.#open) return;
    this.#open = true;
    this.#database.exec('BEGIN');
    setImmediate(() => this.flush());
  }

  /** Calls back as soon as everything written so far is on the disk: at once when it is. */
  afterCommit(callback: () => void): void {
    if (this.#open) this.#waiting.push(callback);
    else callback();
  }

  /**
   * Commits now and calls those who wait. A failing disk is not survivable: memory would say what the disk does not, so
   * the error leaves through the caller.
   */
  flush(): void {
    if (!this.#open) return;
    for (const work of this.#beforeCommit) work();
    this.#database.exec('COMMIT');
    this.#open = false;
    this.#shorten();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const callback of waiting) callback();
  }

  /** Gives space back to the file system, little by little, once much of the file is empty. */
  #shorten(): void {
    this.#commits += 1;
    if (this.#commits % COMMITS_BETWEEN_CHECKS !== 0) return;
    if (pragma(this.#database, 'freelist_count') > FREE_PAGES_KEPT) {
      this.#database.exec(`PRAGMA incremental_vacuum(${PAGES_GIVEN_BACK})`);
    }
  }
}
