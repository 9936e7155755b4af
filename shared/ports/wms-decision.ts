import { type AllocationDecision, allocationDecisionSchema } from '../contracts/allocation-messages.ts';
import { WmsUnavailable } from './wms-sql.ts';

/**
 * The last decision on an allocation, as the WMS keeps it: JSON.
 *
 * @throws {WmsUnavailable} in one line, when it is not as the contract has it
 */
export function decisionOf(allocationId: string, text: string): AllocationDecision {
  const parsed = allocationDecisionSchema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const fault = [...(issue?.path ?? []), issue?.message].join(': ');
  throw new WmsUnavailable(
    `the WMS's decision on allocation ${allocationId} is not as the contract has it: ${fault}`,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
