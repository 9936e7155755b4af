import type { z } from 'zod';
import { FAULT_CODES, type FaultCode, type ToldFault } from '../../../shared/contracts/field-fault.ts';
import { MAX_PIECES } from '../../../shared/contracts/identifiers.ts';
import { valueAt } from '../../../shared/contracts/schema-issue.ts';
import { fieldErrors } from '../../../shared/http/problem-details.ts';

/** What of a transaction does not keep the contract, each with its code. */
export function transactionFaults(error: z.ZodError, entry: unknown): ToldFault[] {
  return fieldErrors(error, entry).map((fault, index) => {
    const code = codeOf(error.issues[index], entry);
    return { ...fault, code, ...(code === 'too-many' && { limit: MAX_PIECES }) };
  });
}

function codeOf(issue: z.core.$ZodIssue | undefined, entry: unknown): FaultCode {
  if (issue === undefined) return 'malformed';
  const value = valueAt(entry, issue.path);
  if (issue.code === 'custom') return FAULT_CODES.find((code) => code === issue.params?.fault) ?? 'malformed';
  if (value === undefined) return 'required';
  if (issue.path[0] !== 'quantity' || typeof value !== 'number') return 'malformed';
  return Number.isInteger(value) ? 'too-many' : 'not-whole';
}
