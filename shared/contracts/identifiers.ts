import { z } from 'zod';

/**
 * Identifiers travel into Cosmos ids, Table storage keys, URLs and AMQP properties. This alphabet is legal in all
 * of them and leaves `|` free as the separator of composite keys.
 */
const identifier = z
  .string()
  .regex(
    /^[A-Za-z0-9](?:[A-Za-z0-9._ -]{0,62}[A-Za-z0-9._-])?$/,
    'must be 1 to 64 letters, digits, ".", "_", "-" or inner spaces, and start with a letter or digit',
  );

export const itemIdSchema = identifier;
export const warehouseIdSchema = identifier;
export const locationIdSchema = identifier;
export const scannerIdSchema = identifier;
export const userIdSchema = identifier;

/** A lot number, or null for stock that is not kept by lot. An empty text means the same as null. */
export const lotNumberSchema = z.union([z.null(), identifier, z.literal('').transform(() => null)]);

/** Message, transaction and allocation ids: UUIDs and ids such as `evt-20241118-000123`. */
export const referenceSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/,
    'must be 1 to 128 letters, digits, ".", "_", ":" or "-", and start with a letter or digit',
  );

/**
 * Orders and carts. Order, line and a number make an allocation id and the id of an orchestration, of which some
 * backends of Durable Functions take no more than 100 characters.
 */
export const orderIdSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._:-]{0,49}$/,
    'must be 1 to 50 letters, digits, ".", "_", ":" or "-", and start with a letter or digit',
  );
/** Without `:`, so that the parts of an allocation id can be told apart from its end. */
export const lineIdSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,35}$/,
    'must be 1 to 36 letters, digits, ".", "_" or "-", and start with a letter or digit',
  );

const UTC_FORM = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;
const UTC_HINT = 'must be an ISO 8601 date and time in UTC, such as 2024-11-18T10:00:00.000Z';

/** An instant in ISO 8601, UTC, with seconds, ending in `Z`; any precision up to nanoseconds. */
export const utcTimestampSchema = z.string(UTC_HINT).regex(UTC_FORM, UTC_HINT).pipe(z.iso.datetime(UTC_HINT));

/** Whole pieces; the limit keeps every sum of a warehouse far below 2^53. */
export const MAX_PIECES = 1_000_000_000;
export const piecesSchema = z.int().min(-MAX_PIECES).max(MAX_PIECES);
export const pieceCountSchema = z.int().min(0).max(MAX_PIECES);
