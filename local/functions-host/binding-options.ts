import type { z } from 'zod';
import type { HostFunction } from './invocation.ts';
import type { HostLog } from './log.ts';
import type { BindingInfo } from './rpc.ts';
import { HostStartError } from './startup-error.ts';

/** What every binding has. */
const COMMON = ['type', 'direction', 'name', 'properties'];

/**
 * Reads the options of a trigger or output; options the schema does not know are warned of, one line each.
 * @param what names the binding in messages: `Service Bus trigger`.
 * @throws HostStartError naming the function, the option and the value.
 */
export function readBindingOptions<S extends z.ZodObject>(
  schema: S,
  binding: BindingInfo,
  what: string,
  fn: HostFunction,
  log: HostLog,
): z.infer<S> {
  const parsed = schema.safeParse(binding);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const option = String(issue?.path[0] ?? '');
    throw new HostStartError(
      `The ${what} of function ${fn.name} is wrong: ${option} is ${JSON.stringify(binding[option])}: ${issue?.message}.`,
    );
  }
  for (const option of Object.keys(binding)) {
    if (COMMON.includes(option) || option in schema.shape) continue;
    log.write('warning', 'host', `not supported: ${option} of the ${what} of function ${fn.name} is ignored`);
  }
  return parsed.data;
}
