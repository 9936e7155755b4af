import type { ScanInput } from '../../core/scan.ts';
import type { ScanDoubt, ScanError } from '../../core/scanner-device.ts';
import { formats, text } from '../state.ts';
import type { Draft, ScanField } from './task-form.ts';

/** What a field is called. */
export function fieldName(name: ScanError['field'], type?: ScanInput['type']): string {
  const { field } = text.value;
  switch (name) {
    case 'itemId':
      return field.item;
    case 'locationId':
      return type === 'transfer' ? field.from : field.location;
    case 'toLocationId':
      return field.to;
    case 'lotNumber':
      return field.lot;
    case 'quantity':
      return field.quantity;
    case 'reason':
      return field.reason;
    case 'user':
      return field.user;
    case 'warehouseId':
      return field.warehouse;
    default:
      return name;
  }
}

export function errorWords({ field, code }: ScanError): string {
  return `${fieldName(field)} ${text.value.errors[code]}`;
}

/** A reason that was chosen, or what somebody wrote. */
export function reasonWords(reason: string): string {
  const { adjust, scan, count } = text.value;
  const words: Readonly<Record<string, string>> = {
    ...adjust.reasons,
    ...scan.dropReasons,
    ...count.takeOverReasons,
  };
  return words[reason] ?? reason;
}

/** What is wrong with one field. */
export function wrongOf(errors: readonly ScanError[], field: ScanError['field']): string | undefined {
  const error = errors.find((one) => one.field === field);
  return error && text.value.errors[error.code];
}

export function doubtWords(doubt: ScanDoubt, quantity: number): string {
  const words = text.value.doubt;
  const { number, day } = formats.value;
  switch (doubt.kind) {
    case 'unusual-quantity':
      return words.usual(number(quantity), number(doubt.usual));
    case 'more-than-known':
      return words.known(number(doubt.onHand));
    case 'expired':
      return words.expired(day(doubt.expiresOn));
  }
}

/** What a scan has filled in, said aloud. */
export function filledWords(field: ScanField, { locationId, toLocationId, item, quantity }: Draft): string {
  switch (field) {
    case 'locationId':
      return `${text.value.field.location} ${locationId}`;
    case 'toLocationId':
      return `${text.value.field.to} ${toLocationId}`;
    case 'itemId': {
      const name = item?.description || item?.itemId || '';
      return quantity === undefined ? name : `${name}, ${text.value.field.pieces(quantity)}`;
    }
  }
}
