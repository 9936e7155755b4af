// The statements of the reader. They name the columns that they need and no others: the schema `wms` may be views of
// another WMS. Keys are ASCII texts of a binary collation.

/** A list of ids in a JSON parameter, as a source in `FROM`; the column is `id`. */
function ids(parameter: string): string {
  return `(SELECT id COLLATE Latin1_General_BIN2 AS id FROM OPENJSON(@${parameter}) WITH (id varchar(128) '$'))`;
}

export const LAST_TRANSACTION = `SELECT TOP (1) ledger_id, transaction_id, committed_at FROM wms.ledger ORDER BY ledger_id DESC`;

export const TRANSACTION = 'SELECT transaction_id, committed_at FROM wms.ledger WHERE ledger_id = @ledgerId';

/** From one to the next by the index, whatever the number of positions is. */
export const WAREHOUSES = `
  DECLARE @found TABLE (warehouse_id varchar(64) COLLATE Latin1_General_BIN2);
  DECLARE @next varchar(64) = (SELECT MIN(warehouse_id) FROM wms.position);
  WHILE @next IS NOT NULL
  BEGIN
    INSERT INTO @found (warehouse_id) VALUES (@next);
    SET @next = (SELECT MIN(warehouse_id) FROM wms.position WHERE warehouse_id > @next);
  END;
  SELECT warehouse_id FROM @found ORDER BY warehouse_id;`;

/** A binary column is compared with binary: only then its index is of use. */
const changedIn = (table: string, upTo: string) => `FROM ${table} WHERE warehouse_id = @warehouseId
      AND row_version > CAST(@after AS binary(8)) AND row_version <= CAST(${upTo} AS binary(8))`;

const firstOf = (table: string) => `SELECT row_version FROM (
    SELECT TOP (@limit) row_version ${changedIn(table, '@upTo')} ORDER BY row_version) AS changed`;

/**
 * A page ends with a row version and not within it: a server may give one to all rows of a transaction. First how far the
 * page goes and how many rows that is, then the items. A row that is changed in between gets a higher row version than
 * `@upTo`, and is found by it.
 */
export const CHANGED = `
  DECLARE @bound bigint, @taken int;
  SELECT @bound = MAX(number), @taken = COUNT(*) FROM (
    SELECT TOP (@limit) CAST(row_version AS bigint) AS number FROM (
      ${firstOf('wms.position')}
      UNION ALL
      ${firstOf('wms.item_stock')}) AS either
    ORDER BY row_version) AS page;
  SELECT @bound AS bound, @taken AS taken;
  SELECT item_id FROM (
      SELECT item_id, CAST(row_version AS bigint) AS number ${changedIn('wms.position', '@bound')}
      UNION ALL
      SELECT item_id, CAST(row_version AS bigint) AS number ${changedIn('wms.item_stock', '@bound')}) AS changed
    GROUP BY item_id ORDER BY MIN(number);`;

const POSITION_COLUMNS = ['item_id', 'location_id', 'lot_number', 'on_hand', 'version', 'changed_at']
  .map((name) => `p.${name}`)
  .join(', ');

/** Positions, then what is reserved; of the items that are named. */
export const STOCKS_OF = `
  SELECT ${POSITION_COLUMNS} FROM (SELECT DISTINCT id FROM ${ids('items')} AS given) AS k
    JOIN wms.position AS p ON p.warehouse_id = @warehouseId AND p.item_id = k.id
    ORDER BY p.item_id, p.location_id, p.lot_number;
  SELECT s.item_id, s.reserved FROM (SELECT DISTINCT id FROM ${ids('items')} AS given) AS k
    JOIN wms.item_stock AS s ON s.warehouse_id = @warehouseId AND s.item_id = k.id
    WHERE s.reserved > 0 ORDER BY s.item_id;`;

/** The first `@limit` positions in a range of items, and the first `@limit` items of which something is reserved. */
export function stocksIn({ after, upTo }: { after: string | undefined; upTo: string | undefined }): string {
  const range = (table: string) =>
    [
      `${table}.warehouse_id = @warehouseId`,
      ...(after === undefined ? [] : [`${table}.item_id > @after`]),
      ...(upTo === undefined ? [] : [`${table}.item_id <= @upTo`]),
    ].join(' AND ');
  return `
    SELECT TOP (@limit) ${POSITION_COLUMNS} FROM wms.position AS p WHERE ${range('p')}
      ORDER BY p.item_id, p.location_id, p.lot_number;
    SELECT TOP (@limit) s.item_id, s.reserved FROM wms.item_stock AS s
      WHERE ${range('s')} AND s.reserved > 0 ORDER BY s.item_id;`;
}

export const ALLOCATIONS = `
  SELECT a.allocation_id, a.decision, a.reserved, a.picked FROM (
      SELECT id FROM ${ids('allocationIds')} AS given
      UNION
      SELECT allocation_id FROM wms.allocation
        WHERE item_id = @itemId AND warehouse_id = @warehouseId AND open_pieces > 0) AS k
    JOIN wms.allocation AS a ON a.allocation_id = k.id ORDER BY a.allocation_id;`;

export const KNOWN = `
  SELECT DISTINCT k.nth, m.version FROM (
      SELECT nth, id COLLATE Latin1_General_BIN2 AS id
      FROM OPENJSON(@transactions) WITH (nth int, id varchar(128))) AS k
    JOIN wms.ledger AS l ON l.transaction_id = k.id
    LEFT JOIN (SELECT moved.ledger_id, moved.version FROM wms.movement AS moved
      JOIN wms.position AS p ON p.position_id = moved.position_id
      WHERE p.warehouse_id = @warehouseId AND p.item_id = @itemId AND p.location_id = @locationId
        AND p.lot_number = @lotNumber) AS m ON m.ledger_id = l.ledger_id
    ORDER BY k.nth, m.version;`;

/** Messages are numbered in the order of their commits. */
export const OLDEST_UNSENT = 'SELECT TOP (1) committed_at FROM wms.outbox ORDER BY sequence';

export const PRICES = `
  SELECT i.item_id, i.unit_price FROM ${ids('items')} AS k JOIN wms.item AS i ON i.item_id = k.id
    WHERE i.unit_price IS NOT NULL;`;
