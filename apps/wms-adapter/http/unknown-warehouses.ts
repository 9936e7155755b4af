import { ProblemException } from './problem.ts';

/** Field `warehouseIds` of a body names warehouses that do not exist. */
export function unknownWarehouses(given: readonly string[], unknown: readonly string[]): ProblemException {
  const errors = given.flatMap((warehouseId, index) =>
    unknown.includes(warehouseId)
      ? [{ pointer: `/warehouseIds/${index}`, detail: `there is no warehouse ${warehouseId}` }]
      : [],
  );
  return new ProblemException(400, 'The body is not what this call takes', { errors });
}
