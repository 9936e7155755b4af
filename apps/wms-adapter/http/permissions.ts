import type { MiddlewareHandler } from 'hono';
import type { ToldFault } from '../../../shared/contracts/field-fault.ts';
import { problemType } from '../../../shared/contracts/problem-type.ts';
import { fieldErrorsText, shortened } from '../../../shared/http/problem-details.ts';
import type { Caller } from '../devices/caller.ts';
import type { ApiEnvironment } from './call.ts';
import { ProblemException } from './problem.ts';

/** For routes that are not for devices. */
export const administratorsOnly: MiddlewareHandler<ApiEnvironment> = async (context, next) => {
  const caller = context.get('caller');
  if (caller.kind === 'device') {
    const called = `${context.req.method} ${shortened(context.req.path)}`;
    const detail = `${called} is not for devices; it needs the adapter’s own key`;
    throw new ProblemException(403, 'Not with the key of a device', { detail });
  }
  await next();
};

/** @throws ProblemException 403 where a device asks for a warehouse that is not its own. */
export function checkWarehouse(caller: Caller, warehouseId: string): void {
  if (caller.kind !== 'device' || caller.device.warehouseIds.includes(warehouseId)) return;
  const { scannerId, warehouseIds } = caller.device;
  const detail = `device ${scannerId} belongs to ${warehouseIds.join(', ')}, not to ${warehouseId}`;
  throw new ProblemException(403, 'Another warehouse', { type: problemType('another-warehouse'), detail });
}

/**
 * The warehouse a list is about. A device of one warehouse need not name it; one of several names one of them.
 * @throws ProblemException 403 for another's warehouse, 400 where one has to be named
 */
export function warehouseAsked(caller: Caller, warehouseId: string | undefined): string | undefined {
  if (warehouseId !== undefined) {
    checkWarehouse(caller, warehouseId);
    return warehouseId;
  }
  if (caller.kind !== 'device') return undefined;
  const [only, ...others] = caller.device.warehouseIds;
  if (others.length === 0) return only;
  const detail = `warehouseId: name one of ${caller.device.warehouseIds.join(', ')}`;
  throw new ProblemException(400, 'The query is not valid', { detail });
}

/** @throws ProblemException 403 naming what a device may not say */
export function refuse(errors: readonly ToldFault[]): void {
  if (errors.length === 0) return;
  const detail = fieldErrorsText(errors);
  throw new ProblemException(403, 'Not allowed to this device', { detail, errors: [...errors] });
}
