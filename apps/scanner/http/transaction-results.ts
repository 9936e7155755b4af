import { z } from 'zod';
import {
  type TransactionFlag,
  transactionFlagSchema,
  transactionResultSchema,
} from '../../../shared/contracts/transaction.ts';
import type { ScanResult } from '../core/adapter-client.ts';

/** Characters of a result that is not understood. */
const SHOWN = 200;

/** Each result is read by itself, so that what an adapter of a later version says of one scan hides no other. */
export const resultListSchema = z.object({ results: z.array(z.unknown()) });

const resultSchema = transactionResultSchema.extend({ flags: z.array(z.string()).optional() });
const namedSchema = z.object({ transactionId: z.string() });

/** What was told of the scans; what names none is left out. Flags that this version does not know change nothing of what was booked. */
export function scanResults(told: readonly unknown[]): ScanResult[] {
  return told.flatMap((one): ScanResult[] => {
    const result = resultSchema.safeParse(one);
    if (result.success) {
      const { flags, ...rest } = result.data;
      return [{ ...rest, ...(flags && { flags: flags.filter(isKnownFlag) }) }];
    }
    const named = namedSchema.safeParse(one);
    if (!named.success) return [];
    const detail = JSON.stringify(one).slice(0, SHOWN);
    return [{ transactionId: named.data.transactionId, outcome: 'not-understood', detail }];
  });
}

function isKnownFlag(flag: string): flag is TransactionFlag {
  return transactionFlagSchema.safeParse(flag).success;
}
