import type { InvocationContext } from '@azure/functions';
import { services } from '../composition/services.ts';
import { orchestrationsOf } from './orchestrations.ts';

/** Everything that promises stock, with the orchestrations of an invocation that is registered `WITH_ORCHESTRATIONS`. */
export function allocationPorts(context: InvocationContext) {
  return { ...services.allocation, orchestrations: orchestrationsOf(context) };
}
