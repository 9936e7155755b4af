import type { FieldFault } from '../../../../shared/contracts/field-fault.ts';
import { problemName } from '../../../../shared/contracts/problem-type.ts';
import type { TransactionProblem } from '../../../../shared/contracts/transaction.ts';
import type { DeviceStatus } from '../../core/scanner-device.ts';
import type { Text } from './en.ts';
import type { Formats } from './formats.ts';

/** What is said, and how: the words of a language, and its figures. */
export type Said = { readonly words: Text; readonly formats: Formats };

/**
 * Why the server does not do it, in the language of the worker; in the server's own words where it tells what this app does not know.
 * @param who is named where the fault is a person's
 */
export function problemWords({ words, formats }: Said, problem: TransactionProblem, who?: string): string {
  const { errors = [], type, detail, title } = problem;
  if (errors.length > 0)
    return errors
      .map((fault) => `${fieldAtFault(words, fault)}: ${faultWords({ words, formats }, fault, who)}`)
      .join('. ');
  const name = problemName(type);
  const known =
    name !== undefined && isNameOf(words.problems.known, name) ? words.problems.known[name] : undefined;
  return known ?? words.common.serverSays(detail ?? title);
}

/** What is wrong with a field; in the server's own words where what belongs into ours is not told. */
export function faultWords(
  { words: { faults, errors }, formats: { number } }: Said,
  { code = '', detail, belongsTo = [], pieces, limit }: FieldFault,
  who?: string,
): string {
  const places = belongsTo.join(', ');
  switch (code) {
    case 'too-many':
      return limit === undefined ? errors['too-many'] : faults.tooMany(number(limit));
    case 'beyond-limit':
      return pieces === undefined || limit === undefined
        ? detail
        : faults.beyondLimit(number(pieces), number(limit));
    case 'other-device':
      return places ? faults.otherDevice(places) : detail;
    case 'device-elsewhere':
      return places ? faults.deviceElsewhere(places) : detail;
    case 'user-elsewhere':
      return who && places ? faults.userElsewhere(who, places) : detail;
    case 'unknown-user':
      return who ? faults.unknownUser(who) : detail;
    case 'inactive-user':
      return who ? faults.inactiveUser(who) : detail;
    case 'not-a-supervisor':
      return who ? faults.notASupervisor(who) : detail;
    default:
      if (isNameOf(faults.plain, code)) return faults.plain[code];
      return isNameOf(errors, code) ? errors[code] : detail;
  }
}

/** What a field that is at fault is called. */
export function fieldAtFault({ field, faults }: Text, { pointer }: Pick<FieldFault, 'pointer'>): string {
  const name = pointer.slice(1);
  const names: Readonly<Record<string, string>> = {
    itemId: field.item,
    locationId: field.location,
    toLocationId: field.to,
    lotNumber: field.lot,
    quantity: field.quantity,
    reason: field.reason,
    userId: field.user,
    warehouseId: field.warehouse,
    orderId: field.order,
    ...faults.fields,
  };
  return names[name] ?? name;
}

/** Why nothing came of a call: the server refused it, failed, or did not answer. */
export function troubleWords(said: Said, trouble: NonNullable<DeviceStatus['lastError']>): string {
  const { problems, common } = said.words;
  switch (trouble.kind) {
    case 'refused':
      return problemWords(said, trouble.problem);
    case 'failing':
      return trouble.problem === undefined
        ? problems.foreign(said.formats.number(trouble.status))
        : problemWords(said, trouble.problem);
    case 'no-answer':
      return problems.noAnswer;
    case 'unexpected':
      return common.unexpected(trouble.detail);
  }
}

function isNameOf<Names extends object>(names: Names, name: string): name is Extract<keyof Names, string> {
  return Object.hasOwn(names, name);
}
