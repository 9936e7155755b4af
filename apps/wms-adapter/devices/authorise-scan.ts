import type { Device, User } from '../../../shared/contracts/device.ts';
import type { ToldFault } from '../../../shared/contracts/field-fault.ts';
import type { Transaction } from '../../../shared/contracts/transaction.ts';

/** What is wrong with the user that is named. */
type UserFault = Omit<ToldFault, 'pointer'>;

/**
 * What a device may not say: that it is another, that it is in a warehouse it does not belong to, and that somebody scans
 * who does not work there. Empty when all is well. The user is claimed by the device, not proven.
 *
 * @param user that of the scan; undefined where there is none of this id
 */
export function authoriseScan(
  { scannerId: own, warehouseIds }: Pick<Device, 'scannerId' | 'warehouseIds'>,
  user: Pick<User, 'warehouseIds' | 'isActive'> | undefined,
  { scannerId, warehouseId, userId }: Pick<Transaction, 'scannerId' | 'warehouseId' | 'userId'>,
): ToldFault[] {
  const errors: ToldFault[] = scannerId === own ? [] : [otherDevice(own, scannerId)];
  if (!warehouseIds.includes(warehouseId)) {
    const detail = `device ${own} belongs to ${warehouseIds.join(', ')}, not to ${warehouseId}`;
    errors.push({ pointer: '/warehouseId', detail, code: 'device-elsewhere', belongsTo: [...warehouseIds] });
  }
  const fault = wrongUser(user, userId) ?? wrongPlace(user, userId, warehouseId);
  return fault === undefined ? errors : [...errors, { pointer: '/userId', ...fault }];
}

/** A device says that it is another. */
export function otherDevice(own: string, scannerId: string): ToldFault {
  const detail = `the key is that of ${own}, not of ${scannerId}`;
  return { pointer: '/scannerId', detail, code: 'other-device', belongsTo: [own] };
}

/** Why nobody may act in the user's name, if so. */
export function wrongUser(user: Pick<User, 'isActive'> | undefined, userId: string): UserFault | undefined {
  if (user === undefined) return { detail: `there is no user ${userId}`, code: 'unknown-user' };
  return user.isActive
    ? undefined
    : { detail: `user ${userId} is not active any more`, code: 'inactive-user' };
}

function wrongPlace(
  user: Pick<User, 'warehouseIds'> | undefined,
  userId: string,
  warehouseId: string,
): UserFault | undefined {
  if (user === undefined || user.warehouseIds.includes(warehouseId)) return undefined;
  const detail = `user ${userId} works in ${user.warehouseIds.join(', ')}, not in ${warehouseId}`;
  return { detail, code: 'user-elsewhere', belongsTo: [...user.warehouseIds] };
}
