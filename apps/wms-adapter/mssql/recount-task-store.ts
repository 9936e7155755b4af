import { numberOfCursor, pageOf } from '../cursor.ts';
import type { ExplainedQuery } from '../history/ledger-entry.ts';
import type { Page } from '../page.ts';
import type { RecountOrder, RecountTask, RecountTasks } from '../recounts/recount-tasks.ts';
import { dateTime2, jsonRows } from './json-rows.ts';
import { equal, where } from './pages.ts';
import { ascii, integer, json, text } from './parameters.ts';
import { keyOf, keyRowOf, POSITION_KEY, type PositionKeyRow, samePosition } from './position-rows.ts';
import type { Session } from './session.ts';

/** The recounts that the cloud asks for. */
export function createRecountTaskStore(session: Session): RecountTasks {
  return {
    takeRecountOrder: (order) => takeOrder(session, order),
    recountTasks: (query) => readTasks(session, query),
  };
}

/** Taken first by all who write here: two adapters that take orders of one investigation follow one another. */
const TAKE_TURN = 'UPDATE wms.master_data_version SET version = version WHERE id = 1';

/** Answers whether the step is later than what was taken before. */
const NOTE_STEP = `
  DECLARE @noted int;
  UPDATE wms.recount_investigation SET step_number = @stepNumber
    WHERE investigation_id = @investigationId AND step_number < @stepNumber;
  SET @noted = @@ROWCOUNT;
  IF NOT EXISTS (SELECT 1 FROM wms.recount_investigation WHERE investigation_id = @investigationId)
  BEGIN
    INSERT INTO wms.recount_investigation (investigation_id, step_number) VALUES (@investigationId, @stepNumber);
    SET @noted = 1;
  END;
  SELECT @noted AS noted;`;

const WITHDRAW = 'DELETE FROM wms.recount_task WHERE investigation_id = @investigationId';

const KEY_NAMES = Object.keys(POSITION_KEY);

const ADD = `INSERT INTO wms.recount_task
    (investigation_id, ${KEY_NAMES.join(', ')}, since_version, asked_at, asked_by, reason)
  SELECT @investigationId, ${KEY_NAMES.map((name) => `k.${name}`).join(', ')},
    CASE WHEN p.version IS NULL THEN 0 WHEN p.version < k.since_version THEN p.version ELSE k.since_version END,
    @askedAt, @askedBy, @reason
  FROM ${jsonRows('positions', { nth: 'int', ...POSITION_KEY, since_version: 'bigint' })} AS k
  LEFT JOIN wms.position AS p ON ${samePosition('p', 'k')}
  ORDER BY k.nth`;

async function takeOrder(
  session: Session,
  { investigationId, stepNumber, asked }: RecountOrder,
): Promise<void> {
  const investigation = { investigationId: ascii(investigationId) };
  await session.inTransaction(async (on) => {
    await on.rows(TAKE_TURN);
    const step = { ...investigation, stepNumber: integer(stepNumber) };
    const [row] = await on.rows<{ noted: number }>(NOTE_STEP, step);
    if (row?.noted !== 1) return;
    await on.rows(WITHDRAW, investigation);
    if (asked === undefined) return;
    const { askedAt, askedBy, reason, positions } = asked;
    await on.rows(ADD, {
      ...investigation,
      askedAt: ascii(dateTime2(askedAt)),
      askedBy: text(askedBy),
      reason: text(reason),
      positions: json(
        positions.map(({ position, sinceVersion }, nth) => ({
          nth,
          ...keyRowOf(position),
          since_version: sinceVersion,
        })),
      ),
    });
  });
}

interface TaskRow extends PositionKeyRow {
  readonly task_number: number;
  readonly investigation_id: string;
  readonly asked_at: Date;
  readonly asked_by: string;
  readonly reason: string;
}

/** By the position's key, since the WMS need not know the position. */
const IS_OPEN = `NOT EXISTS (SELECT 1 FROM wms.position AS p JOIN wms.movement AS m ON m.position_id = p.position_id
  WHERE ${samePosition('p', 't')} AND m.kind = 'count' AND m.version > t.since_version)`;

async function readTasks(
  session: Session,
  { warehouseId, itemId, after, limit }: ExplainedQuery,
): Promise<Page<RecountTask>> {
  const { text: conditions, parameters } = where(equal({ warehouse_id: warehouseId, item_id: itemId }, 't'), {
    texts: ['t.task_number > @after', IS_OPEN],
    parameters: { after: integer(numberOfCursor(after ?? '0', 'recount tasks')) },
  });
  const rows = await session.rows<TaskRow>(
    `SELECT TOP (@limit) t.task_number, t.investigation_id, ${KEY_NAMES.map((name) => `t.${name}`).join(', ')},
      t.asked_at, t.asked_by, t.reason
      FROM wms.recount_task AS t ${conditions} ORDER BY t.task_number`,
    { ...parameters, limit: integer(limit + 1) },
  );
  return pageOf(rows, limit, taskOf, (row) => String(row.task_number));
}

function taskOf(row: TaskRow): RecountTask {
  const { investigation_id: investigationId, asked_by: askedBy, reason } = row;
  return { position: keyOf(row), investigationId, askedAt: row.asked_at.toISOString(), askedBy, reason };
}
