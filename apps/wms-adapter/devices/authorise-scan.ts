import type { Device, User } from '../../../shared/contracts/device.ts';
import type { Transaction } from '../../../shared/contracts/transaction.ts';
import type { FieldError } from '../../../shared/http/problem-details.ts';

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
): FieldError[] {
  const errors: FieldError[] = [];
  if (scannerId !== own) {
    errors.push({ pointer: '/scannerId', detail: `the key is that of ${own}, not of ${scannerId}` });
  }
  if (!warehouseIds.includes(warehouseId)) {
    const detail = `device ${own} belongs to ${warehouseIds.join(', ')}, not to ${warehouseId}`;
    errors.push({ pointer: '/warehouseId', detail });
  }
  const detail = wrongUser(user, userId) ?? wrongPlace(user, userId, warehouseId);
  return detail === undefined ? errors : [...errors, { pointer: '/userId', detail }];
}

/** Why nobody may act in the user's name, if so. */
export function wrongUser(user: Pick<User, 'isActive'> | undefined, userId: string): string | undefined {
  if (user === undefined) return `there is no user ${userId}`;
  return user.isActive ? undefined : `user ${userId} is not active any more`;
}

function wrongPlace(
  user: Pick<User, 'warehouseIds'> | undefined,
  userId: string,
  warehouseId: string,
): string | undefined {
  if (user === undefined || user.warehouseIds.includes(warehouseId)) return undefined;
  return `user ${userId} works in ${user.warehouseIds.join(', ')}, not in ${warehouseId}`;
}
