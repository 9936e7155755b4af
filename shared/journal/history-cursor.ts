import { historyCursorSchema } from '../contracts/history.ts';
import type { Position } from '../domain/position.ts';

/** Where a page of a history ended: the key of its last event, and what it left if its position goes on. */
export type HistoryCursor = { readonly key: string; readonly held: HeldPosition | undefined };

/** A position without its place, which the event of the key tells, and without what its corrections tell. */
export type HeldPosition = Omit<Position, 'locationId' | 'lotNumber' | 'missing' | 'corrected'>;

/** Thrown for a continuation that no page of the history gave out. */
export class UnknownContinuation extends Error {
  override readonly name = 'UnknownContinuation';
}

/** The continuation as a text that a URL carries. `position` is that of the last event, when more of it follow. */
export function encodeCursor(key: string, position: Position | undefined): string {
  const {
    locationId: _location,
    lotNumber: _lot,
    missing: _missing,
    corrected: _mark,
    ...held
  } = position ?? {};
  return Buffer.from(JSON.stringify({ key, ...(position && { held }) })).toString('base64url');
}

/** @throws {UnknownContinuation} when the text is none; whether a page gave it out, the journal knows */
export function decodeCursor(text: string): HistoryCursor {
  const { key, held } = parseCursor(text);
  if (held === undefined) return { key, held };
  const { onHand, version, changedAt, eventId } = held;
  const order = { ...(version !== undefined && { version }), ...(eventId !== undefined && { eventId }) };
  return { key, held: { onHand, changedAt, ...order } };
}

function parseCursor(text: string) {
  try {
    return historyCursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch (cause) {
    throw new UnknownContinuation('The text is no continuation of a history.', { cause });
  }
}
