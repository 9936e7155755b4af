import { numberOfCursor, pageOf } from '../../../apps/wms-adapter/cursor.ts';
import { positionKeyText } from '../../../apps/wms-adapter/database.ts';
import type {
  RecountOrder,
  RecountTask,
  RecountTasks,
} from '../../../apps/wms-adapter/recounts/recount-tasks.ts';
import { sealed } from '../sealed.ts';
import { check } from './constraint.ts';
import type { Tables } from './memory.ts';

type TaskRow = {
  readonly number: number;
  readonly task: RecountTask;
  /** A count that gave the position a higher version has done the task. */
  readonly sinceVersion: number;
};

export type RecountTaskTables = {
  /** The last step of each investigation that asked for counts or withdrew them. */
  readonly recountSteps: Map<string, number>;
  /** By their numbers, in the order of these. */
  readonly recountTasks: Map<number, TaskRow>;
  /** No number is given out twice. */
  lastTaskNumber: number;
};

export function noRecountTasks(): RecountTaskTables {
  return { recountSteps: new Map(), recountTasks: new Map(), lastTaskNumber: 0 };
}

/** The recounts that the cloud asks for. `tablesOf` throws when the database is closed. */
export function recountTasks(tablesOf: () => Tables): RecountTasks {
  return {
    takeRecountOrder: async (order) => takeOrder(tablesOf(), order),

    async recountTasks({ warehouseId, itemId, after, limit }) {
      const tables = tablesOf();
      const behind = numberOfCursor(after ?? '0', 'recount tasks');
      const rows = tables.recountTasks
        .values()
        .filter(({ number, task: { position } }) => {
          const isWanted = number > behind && (warehouseId ?? position.warehouseId) === position.warehouseId;
          return isWanted && (itemId ?? position.itemId) === position.itemId;
        })
        .filter((row) => !isDone(tables, row))
        .take(limit + 1);
      return pageOf(
        [...rows],
        limit,
        ({ task }) => task,
        ({ number }) => String(number),
      );
    },
  };
}

function takeOrder(tables: Tables, { investigationId, stepNumber, asked }: RecountOrder): void {
  const positions = asked?.positions ?? [];
  const names = new Set(positions.map(({ position }) => positionKeyText(position)));
  check(names.size === positions.length, () => `${investigationId} asks for a position more than once`);
  if (stepNumber <= (tables.recountSteps.get(investigationId) ?? Number.NEGATIVE_INFINITY)) return;
  tables.recountSteps.set(investigationId, stepNumber);
  for (const { number, task } of tables.recountTasks.values())
    if (task.investigationId === investigationId) tables.recountTasks.delete(number);
  if (asked === undefined) return;
  const { askedAt, askedBy, reason } = asked;
  for (const { position, sinceVersion } of positions) {
    tables.lastTaskNumber += 1;
    const number = tables.lastTaskNumber;
    const task = sealed({ position, investigationId, askedAt, askedBy, reason });
    const since = Math.min(sinceVersion, versionOf(tables, task));
    tables.recountTasks.set(number, { number, task, sinceVersion: since });
  }
}

/** Of the position, which need not be known here. */
function versionOf({ positions, figures }: Tables, { position: key }: RecountTask): number {
  const position = positions.get(positionKeyText(key));
  return (position && figures.get(position)?.state.version) ?? 0;
}

function isDone({ positions, countedVersion }: Tables, { task, sinceVersion }: TaskRow): boolean {
  const position = positions.get(positionKeyText(task.position));
  return position !== undefined && (countedVersion.get(position) ?? 0) > sinceVersion;
}
