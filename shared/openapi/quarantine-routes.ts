import { actionsQuerySchema } from '../contracts/actions.ts';
import { quarantineQuerySchema } from '../contracts/quarantine.ts';
import type { Content, Route } from './route.ts';

const id = '4d1f0c2a9b8e7d6c5f4e3d2c1b0a9f8e';
const message = {
  id,
  state: 'parked',
  reason: 'invalid-event',
  detail: 'quantityChange: expected int (given: "many")',
  subscription: 'atp-projection',
  messageId: 'evt-20241118-000123',
  sequenceNumber: '17',
  receivedAt: '2024-11-18T10:00:00.000Z',
  itemId: 'ITEM-12345',
  bytes: 57,
  body: '{"itemId":"ITEM-12345","quantityChange":"many"}',
};
const startedAt = '2024-11-18T11:00:00.000Z';
const [by, why] = ['ann.lee', 'The sender is mended.'];

const replayed: Content = {
  schema: 'ReplayResult',
  example: { replayed: 1, remaining: 0, unknown: [], startedAt },
};
const notQuarantined = 'No such message is in quarantine; it may have been replayed already.';
const AGAIN =
  'One call works for a minute at most. While any `remain`, call again with the same body and `to`: the `startedAt` of the first answer, and the `continuationToken` of the last where it has one; with `ids` without them, as those that are done are unknown then.';

/** Messages that could not be handled, and what people do about them. */
export const QUARANTINE_ROUTES: readonly Route[] = [
  {
    operationId: 'quarantine-list',
    method: 'get',
    path: 'quarantine',
    tag: 'Operations',
    summary: 'Messages that could not be handled, and why; or those that were deleted.',
    query: quarantineQuerySchema,
    answers: {
      200: {
        description: 'A page of them; `continuationToken` asks for the next.',
        content: {
          schema: 'QuarantinePage',
          example: { messages: [message], deadLettersAvailable: true },
        },
      },
    },
    problems: { 400: 'A parameter is not valid, or no list gave this token.' },
  },
  {
    operationId: 'quarantine-counts',
    method: 'get',
    path: 'quarantine/counts',
    tag: 'Operations',
    summary: 'How many messages are in quarantine or deleted, by state and reason.',
    answers: {
      200: {
        description: 'Of very many only that there are at least so many.',
        content: {
          schema: 'QuarantineCounts',
          example: {
            counts: [{ state: 'parked', reason: 'invalid-event', messages: 12 }],
            ...{ atLeast: false, deadLettersAvailable: true },
          },
        },
      },
    },
  },
  {
    operationId: 'quarantine-body',
    method: 'get',
    path: 'quarantine/{id}/body',
    tag: 'Operations',
    summary: 'The bytes of a message in quarantine, or of a deleted one.',
    answers: { 200: { description: 'As they came.', content: 'bytes' } },
    problems: { 404: notQuarantined },
  },
  {
    operationId: 'quarantine-replay-one',
    method: 'post',
    path: 'quarantine/{id}/replay',
    tag: 'Operations',
    summary: 'Send a message again to the subscription it came from.',
    body: { schema: 'ReplayOneRequest', example: { by, why } },
    answers: { 200: { description: 'It was sent.', content: replayed } },
    problems: { 404: notQuarantined },
  },
  {
    operationId: 'quarantine-replay',
    method: 'post',
    path: 'quarantine/replay',
    tag: 'Operations',
    summary: 'Send messages again: those named, those that a filter lets through, or all.',
    description: AGAIN,
    body: { schema: 'ReplayRequest', example: { reason: 'invalid-event', perSecond: 50, by, why } },
    answers: { 200: { description: 'What was sent.', content: replayed } },
  },
  {
    operationId: 'quarantine-delete',
    method: 'post',
    path: 'quarantine/delete',
    tag: 'Operations',
    summary: 'Take messages out of quarantine. They are kept for 30 days, and can be restored.',
    description: AGAIN,
    body: { schema: 'DeleteRequest', example: { ids: [id], by, why: 'A test of the sender.' } },
    answers: {
      200: {
        description: 'What was deleted.',
        content: { schema: 'DeleteResult', example: { deleted: 1, remaining: 0, unknown: [], startedAt } },
      },
    },
  },
  {
    operationId: 'quarantine-restore',
    method: 'post',
    path: 'quarantine/restore',
    tag: 'Operations',
    summary: 'Put deleted messages back into quarantine.',
    body: { schema: 'RestoreRequest', example: { ids: [id], by } },
    answers: {
      200: {
        description: 'What was restored.',
        content: { schema: 'RestoreResult', example: { restored: 1, unknown: [] } },
      },
    },
  },
  {
    operationId: 'actions',
    method: 'get',
    path: 'actions',
    tag: 'Operations',
    summary: 'Who replayed, deleted, restored, investigated or reconciled what, when and why.',
    query: actionsQuerySchema,
    answers: {
      200: {
        description: 'The newest first; `continuationToken` asks for the next page.',
        content: {
          schema: 'Actions',
          example: {
            actions: [
              {
                actionId: '2f6f3c0e-6f1c-4c47-9a55-0b8f4a6d1c11',
                at: startedAt,
                by,
                kind: 'replay-messages',
                why,
                asked: { reason: 'invalid-event', perSecond: 50 },
                status: 'done',
                count: 1,
                ids: [id],
              },
            ],
          },
        },
      },
    },
    problems: { 400: 'A parameter is not valid, or no list gave this token.' },
  },
];
