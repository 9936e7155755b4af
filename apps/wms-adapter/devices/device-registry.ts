import type { Device, User } from '../../../shared/contracts/device.ts';
import type { Page, PageQuery } from '../page.ts';

/** Who may post, and from where. Times are UTC with milliseconds. */
export interface DeviceRegistry {
  /**
   * Registers a device, or gives a known one a new key, warehouses and name; a revoked one is valid again. Of the key only
   * the hash is kept; the old key is valid no more. Answers the warehouses among them that do not exist; if there are any, nothing is written.
   */
  putDevice(
    device: Pick<Device, 'scannerId' | 'name' | 'warehouseIds'>,
    keyHash: string,
    now: Date,
  ): Promise<string[]>;
  /** Makes the device's key invalid; false when there is no such device. */
  revokeDevice(scannerId: string, now: Date): Promise<boolean>;
  /** The device, not revoked, that has the key of this hash. */
  deviceOfKey(keyHash: string): Promise<Device | undefined>;
  device(scannerId: string): Promise<Device | undefined>;
  /** In the order of their ids, the revoked ones too. */
  devices(query: PageQuery): Promise<Page<Device>>;
  /** Notes that a device called, and by how many milliseconds its clock is ahead, if it told. May be lost in a power cut. */
  noteCall(scannerId: string, at: Date, clockOffsetMs: number | undefined): Promise<void>;

  /**
   * Creates or replaces. `pinHash`, as `hashOfPin` makes it, replaces the PIN; null takes it away, without it the PIN stays. Nothing is
   * written where it is answered why.
   */
  putUser(user: Omit<User, 'hasPin'>, pinHash?: string | null): Promise<UserRefusal | undefined>;
  user(userId: string): Promise<User | undefined>;
  /** In the order of their ids. */
  users(query: PageQuery): Promise<Page<User>>;

  /**
   * When runs of devices began, by the server's clock, in milliseconds since 1970, by `deviceRunText`. The first proposal for a run stands for
   * good, whoever else proposes; runs that nobody ever proposed are missing, and those that began more than `RUN_KEPT_MS`
   * before a later one of the same device.
   */
  runBeginnings(runs: readonly DeviceRun[]): Promise<ReadonlyMap<string, number>>;
}

/** Why a user was not written. */
export type UserRefusal =
  | { readonly kind: 'unknown-warehouses'; readonly warehouseIds: readonly string[] }
  /** The badge is that of another user. */
  | { readonly kind: 'badge-taken'; readonly userId: string };

/** A run is kept until one of the same device is that began so many milliseconds, 400 days, later: what was scanned in it is posted by then. */
export const RUN_KEPT_MS = 400 * 24 * 3_600_000;

/** One run of a device, from a start to the next. */
export interface DeviceRun {
  readonly scannerId: string;
  readonly run: string;
  /** Milliseconds since 1970; kept where none is known. */
  readonly proposed?: number | undefined;
}

/** A run of a device as one text, for maps. */
export function deviceRunText({ scannerId, run }: Pick<DeviceRun, 'scannerId' | 'run'>): string {
  return `${scannerId}|${run}`;
}
