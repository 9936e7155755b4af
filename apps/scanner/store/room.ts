import { type DeviceStore, type RememberedSignIn, StorageFullError } from '../core/device-store.ts';
import { beginLogAnew } from './log.ts';
import { number } from './rows.ts';
import type { Sql } from './sql.ts';

/**
 * Room that is held beside the database. Where the storage is full SQLite cannot even write down that scans are synced, or forget some:
 * each change first makes its log longer. So the answers of the server have room of their own; who signs in or out, and the tables of a
 * new version, which take next to nothing, may have of it.
 */
export type Reserve = {
  isHeld(): boolean;
  /** Lets the database have it. */
  release(): void;
  /** Holds it again, where there is as much; answers whether there is. */
  restore(): boolean;
};

/** Free pages within the database that serve as well: more than the answer to a call of 500 scans needs. A page has 4 KiB. */
const ENOUGH_PAGES = 256;

type Answers = Pick<DeviceStore, 'settle' | 'purgeSynced' | 'makeRoom'>;
type SignIns = Pick<DeviceStore, 'putSession' | 'remember' | 'forgetSignIns'>;
type Others = Pick<
  DeviceStore,
  'append' | 'putMasterData' | 'putPositions' | 'putPickList' | 'putRecounts' | 'putForm'
>;

/**
 * A store that writes the server's answers, and who signs in or out, into the reserve where there is no other room, and nothing else: what
 * is scanned has to wait then until scans that are synced were forgotten.
 */
export function withReserve<Store extends Answers & SignIns & Others>(
  store: Store,
  sql: Sql,
  reserve: Reserve,
): Store {
  const hasFreePages = () => {
    const [row] = sql.all('PRAGMA freelist_count');
    return row !== undefined && number(row, 'freelist_count') >= ENOUGH_PAGES;
  };

  const intoReserve = <Result>(write: () => Result) => writeIntoReserve(reserve, write);

  function besideReserve<Values extends readonly unknown[], Result>(write: (...values: Values) => Result) {
    return (...values: Values): Result => {
      if (!reserve.isHeld() && !hasFreePages() && !reserve.restore())
        throw new StorageFullError('What room is left is for the answers of the server');
      return write(...values);
    };
  }

  return {
    ...store,
    append: besideReserve(store.append),
    putMasterData: besideReserve(store.putMasterData),
    putPositions: besideReserve(store.putPositions),
    putPickList: besideReserve(store.putPickList),
    putRecounts: besideReserve(store.putRecounts),
    putForm: besideReserve(store.putForm),
    settle(settlements: Parameters<DeviceStore['settle']>[0], at: string) {
      intoReserve(() => store.settle(settlements, at));
      if (reserve.isHeld()) return;
      // The next answer needs as much again.
      if (!hasFreePages()) store.makeRoom();
      beginLogAnew(sql);
    },
    putSession: (user: Parameters<DeviceStore['putSession']>[0]) => intoReserve(() => store.putSession(user)),
    remember: (signIn: RememberedSignIn) => intoReserve(() => store.remember(signIn)),
    forgetSignIns: (validUntilBefore: string) => intoReserve(() => store.forgetSignIns(validUntilBefore)),
    purgeSynced: (scannedBefore: string) => intoReserve(() => store.purgeSynced(scannedBefore)),
    makeRoom(leave?: number) {
      const forgotten = intoReserve(() => store.makeRoom(leave));
      if (forgotten > 0) beginLogAnew(sql);
      return forgotten;
    },
  };
}

/**
 * Writes; where there is no room, into what the reserve held.
 * @throws StorageFullError where that is gone already, or not enough
 */
export function writeIntoReserve<Result>(reserve: Reserve, write: () => Result): Result {
  try {
    return write();
  } catch (error) {
    if (!(error instanceof StorageFullError) || !reserve.isHeld()) throw error;
    reserve.release();
    return write();
  }
}
