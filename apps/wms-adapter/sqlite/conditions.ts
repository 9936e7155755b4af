import { positionOfCursor } from '../cursor.ts';

/** Conditions that all hold, each with the values of its `?`. */
export type Conditions = readonly (readonly [condition: string, ...values: (string | number)[]])[];

/** That the column has the value, where there is one. */
export function equal(column: string, value: string | undefined): Conditions {
  return value === undefined ? [] : [[`${column} = ?`, value]];
}

/** The conditions as text, which is true where there are none, with their values. */
export function allOf(conditions: Conditions): { text: string; values: (string | number)[] } {
  return {
    text: conditions.map(([condition]) => condition).join(' AND ') || 'TRUE',
    values: conditions.flatMap(([, ...values]) => values),
  };
}

/** The columns of a position's key; pages of positions are in the order of these. */
export const POSITION_KEY =
  'position.warehouse_id, position.item_id, position.location_id, position.lot_number';

/** That a position comes after the one of the cursor. @throws InvalidCursorError */
export function afterPosition(after: string | undefined): Conditions {
  return after === undefined ? [] : [[`(${POSITION_KEY}) > (?, ?, ?, ?)`, ...positionOfCursor(after)]];
}
