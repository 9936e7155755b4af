import type { DatabaseSync } from 'node:sqlite';

/** Log sequence numbers of one container; they grow with every write. */
export type LsnCounter = {
  /** Makes sure that the next `count` numbers are never given again after a restart. To be called before the transaction. */
  reserve(count: number): void;
  next(): number;
  /** The last number `next` gave. */
  last(): number;
};

/** Numbers are reserved in blocks, so that deletes cannot make the counter go back at a restart and a write costs no extra row. */
const BLOCK = 4096;

/** Goes on behind what was reserved in the container's row. */
export function openLsnCounter(file: DatabaseSync, container: number): LsnCounter {
  const reserve = file.prepare('UPDATE containers SET reserved_lsn = ? WHERE number = ?');
  const row = file.prepare('SELECT reserved_lsn FROM containers WHERE number = ?').get(container);
  let lsn = Number(row?.reserved_lsn);
  let reserved = lsn;
  return {
    reserve(count) {
      if (lsn + count <= reserved) return;
      reserve.run(lsn + count + BLOCK, container);
      reserved = lsn + count + BLOCK;
    },
    next() {
      lsn += 1;
      return lsn;
    },
    last: () => lsn,
  };
}
