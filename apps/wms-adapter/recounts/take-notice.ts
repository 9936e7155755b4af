import { z } from 'zod';
import {
  itemIdSchema,
  locationIdSchema,
  lotNumberSchema,
  utcTimestampSchema,
} from '../../../shared/contracts/identifiers.ts';
import {
  type InvestigationNotice,
  investigationNoticeSchema,
} from '../../../shared/contracts/investigation.ts';
import { type PositionKey, positionKeyText } from '../database.ts';
import { refusedBody, refusedWarehouse } from '../receiving/message-refusal.ts';
import { settleWhenTaken, type TakingOptions } from '../receiving/settle-when-taken.ts';
import type { Settlement } from '../receiving/settlement.ts';
import type { RecountOrder, RecountTasks } from './recount-tasks.ts';

export interface NoticeOptions extends TakingOptions {
  /** Throws `DatabaseUnavailableError` when it does not answer. */
  readonly database: Pick<RecountTasks, 'takeRecountOrder'>;
}

/**
 * Takes a notice of the topic `investigations` that came by the subscription of `warehouseId`: a recount that is asked for
 * becomes tasks, and what is left of them is withdrawn when the investigation is explained or closed. Other steps ask
 * nothing of the warehouse. Fulfilled when it is durable; while the database does not take it, it is tried again with
 * backoff. Never rejects.
 */
export async function takeNotice(
  { body }: { readonly body: unknown },
  warehouseId: string,
  { database, ...taking }: NoticeOptions,
): Promise<Settlement> {
  const parsed = noticeSchema.safeParse(body);
  if (!parsed.success) return refusedBody('invalid-notice', parsed.error, body);
  const { noticeId, investigation } = parsed.data;
  if (investigation.warehouseId !== warehouseId) {
    return refusedWarehouse('/investigation/warehouseId', investigation.warehouseId, warehouseId);
  }
  const order = orderOf(parsed.data);
  if (order === undefined) return { kind: 'complete' };
  if ('kind' in order) return order;
  return settleWhenTaken(() => database.takeRecountOrder(order), `${noticeId} cannot be taken`, taking);
}

const MAX_ID = 256;

const noticeSchema = investigationNoticeSchema.superRefine(({ noticeId, investigation }, context) => {
  const { investigationId } = investigation;
  if (!/^[\x20-\x7e]+$/.test(investigationId) || investigationId.length > MAX_ID) {
    const message = `must be 1 to ${MAX_ID} characters of ASCII`;
    context.addIssue({ code: 'custom', path: ['investigation', 'investigationId'], message });
  }
  if (stepNumberOf(noticeId, investigationId) === undefined) {
    const message = 'must be the investigationId, "#" and the number of the step';
    context.addIssue({ code: 'custom', path: ['noticeId'], message });
  }
});

/** What a notice has to say to become tasks: the contract leaves more open than can be counted. */
const recountAskedSchema = z.object({
  investigation: z.object({
    itemId: itemIdSchema,
    recount: z.object({
      askedAt: utcTimestampSchema,
      askedBy: z.string().min(1).max(MAX_ID),
      note: z.string().optional(),
      positions: z
        .array(
          z.object({
            locationId: locationIdSchema,
            lotNumber: lotNumberSchema,
            sinceVersion: z.int().min(0),
          }),
        )
        .min(1),
    }),
  }),
});

/** What the notice wants counted, why it cannot be understood, or undefined where it wants nothing. */
function orderOf(notice: InvestigationNotice): RecountOrder | Settlement | undefined {
  const { noticeId, step, investigation } = notice;
  const { investigationId, warehouseId } = investigation;
  const stepNumber = stepNumberOf(noticeId, investigationId) ?? 0;
  switch (step.action) {
    case 'recount-asked': {
      const asked = recountAskedSchema.safeParse(notice);
      if (!asked.success) return refusedBody('invalid-notice', asked.error, notice);
      const { itemId, recount } = asked.data.investigation;
      const positions = recount.positions.map(({ sinceVersion, ...place }) => ({
        position: { itemId, warehouseId, ...place },
        sinceVersion,
      }));
      const askedAt = new Date(recount.askedAt).toISOString();
      // The sentence of the step is English; a cloud of an earlier version tells its note in that alone.
      const { askedBy, note = step.detail } = recount;
      return {
        investigationId,
        stepNumber,
        asked: { askedAt, askedBy, reason: note, positions: eachOnce(positions) },
      };
    }
    case 'explained':
    case 'closed':
      return { investigationId, stepNumber };
    default:
      return undefined;
  }
}

function eachOnce<Asked extends { position: PositionKey }>(positions: readonly Asked[]): Asked[] {
  return [...new Map(positions.map((asked) => [positionKeyText(asked.position), asked])).values()];
}

function stepNumberOf(noticeId: string, investigationId: string): number | undefined {
  const [before, number, ...rest] = noticeId.split('#');
  const isOne = before === investigationId && rest.length === 0 && /^\d{1,15}$/.test(number ?? '');
  return isOne ? Number(number) : undefined;
}
